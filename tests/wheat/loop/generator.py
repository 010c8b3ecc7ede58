# right: a generator gives the batches, zip takes them apart

def _batches(loader, text_feats):
    for images, labels in loader:
        feats = get_image_embeddings(images)
        yield labels.numpy(), get_predictions(get_cosine_similarity(feats, text_feats))


def run_zero_shot(loader, text_feats):
    y_true, y_pred = map(np.concatenate, zip(*_batches(loader, text_feats)))
    return y_true, y_pred
