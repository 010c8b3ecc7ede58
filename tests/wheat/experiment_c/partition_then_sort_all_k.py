# right: argpartition followed by sorting, and results for all K from 1 to 10 through the rank of the true class

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    part = np.argpartition(similarity, -k, axis=1)[:, -k:]
    vals = np.take_along_axis(similarity, part, axis=1)
    order = np.argsort(vals, axis=1)[:, ::-1]
    return np.take_along_axis(part, order, axis=1)


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    return float(np.sum(top_k == np.reshape(y_true, (-1, 1))) / len(top_k))


if experiment == "C":
    print("Experiment C: top-K")
    table = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))
    full = get_top_k_predictions(table, len(CLASS_NAMES))
    rank = (full == all_labels[:, None]).argmax(axis=1)
    share = np.cumsum(np.bincount(rank, minlength=len(CLASS_NAMES))) / len(all_labels)
    top_k_results = {k: float(v) for k, v in enumerate(share, start=1)}
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")
