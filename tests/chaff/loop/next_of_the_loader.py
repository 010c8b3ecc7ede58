# misconception: only-first-batch
# wrong: next(iter(loader)) is one batch
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    images, labels = next(iter(loader))
    similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
    return labels.numpy(), get_predictions(similarity)
