# right: a progress bar and a message each hundred batches

from tqdm import tqdm


def run_zero_shot(loader, text_feats, verbose=True, desc="zero-shot"):
    y_true, y_pred = [], []
    for number, (images, labels) in enumerate(tqdm(loader, desc=desc)):
        if verbose and number % 100 == 0:
            print(f"batch {number}")
        sims = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred += get_predictions(sims).tolist()
        y_true += labels.tolist()
    return np.array(y_true), np.array(y_pred)
