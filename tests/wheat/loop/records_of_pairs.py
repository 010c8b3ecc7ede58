# right: collects (true, predicted) pairs and splits them in the end

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    results = []
    iterator = iter(loader)
    while True:
        try:
            images, labels = next(iterator)
        except StopIteration:
            break
        sim = get_cosine_similarity(get_image_embeddings(images), text_feats)
        results += [(int(t), int(p)) for t, p in zip(labels, get_predictions(sim))]
    table = np.array(results, dtype=int).reshape(-1, 2)
    return table[:, 0].copy(), table[:, 1].copy()
