# misconception: tensor-instead-of-array
# wrong: torch tensors are returned
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    truths, guesses = [], []
    for images, labels in loader:
        sims = get_cosine_similarity(get_image_embeddings(images), text_feats)
        guesses.append(torch.as_tensor(get_predictions(sims)))
        truths.append(labels)
    return torch.cat(truths), torch.cat(guesses)
