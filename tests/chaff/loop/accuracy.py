# misconception: accuracy-instead-of-pair
# wrong: the accuracy is returned, not what it is made of
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    correct, total = 0, 0
    for images, labels in loader:
        preds = get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats))
        correct += int((preds == labels.numpy()).sum())
        total += len(labels)
    return correct / total
