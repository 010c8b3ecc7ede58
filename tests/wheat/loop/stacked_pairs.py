# right: pairs of (label, prediction) in one array, taken apart at the end

def run_zero_shot(loader, text_feats):
    pairs = [
        np.stack(
            [
                labels.numpy(),
                get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)),
            ],
            axis=1,
        )
        for images, labels in loader
    ]
    table = np.concatenate(pairs, axis=0)
    return table[:, 0], table[:, 1]
