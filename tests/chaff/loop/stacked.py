# misconception: uneven-last-batch
# wrong: torch.stack wants batches of equal size
# check: labels_of_uneven_batches

def run_zero_shot(loader, text_feats):
    truths, guesses = [], []
    for images, labels in loader:
        sims = get_cosine_similarity(get_image_embeddings(images), text_feats)
        guesses.append(torch.from_numpy(get_predictions(sims)))
        truths.append(labels)
    return torch.stack(truths).reshape(-1).numpy(), torch.stack(guesses).reshape(-1).numpy()
