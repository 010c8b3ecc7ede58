# misconception: only-last-batch
# wrong: the variables are assigned anew in each round
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred = get_predictions(similarity)
        y_true = labels.numpy()
    return y_true, y_pred
