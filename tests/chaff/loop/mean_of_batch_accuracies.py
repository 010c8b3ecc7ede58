# misconception: mean-of-batch-means
# wrong: the accuracies of the batches are averaged and returned
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    accuracies = []
    for images, labels in loader:
        preds = get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        accuracies.append((preds == labels.numpy()).mean())
    return np.mean(accuracies)
