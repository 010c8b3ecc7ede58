# right: collects embeddings first, compares all of them in the end

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(get_image_embeddings(px), lab) for px, lab in loader]
    feats, labels = zip(*pairs)
    y_true = torch.cat(labels).cpu().numpy()
    y_pred = get_predictions(get_cosine_similarity(torch.cat(feats), text_feats))
    return y_true, y_pred
