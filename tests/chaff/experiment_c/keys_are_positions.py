# misconception: keys-not-k
# wrong: the keys of top_k_results are 0, 1, 2 instead of K = 1, 3, 5
# check: top_k_results_are_reported_truthfully

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(-similarity, axis=1)[:, :k]


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    hits = (top_k == np.asarray(y_true)[:, None]).any(axis=1)
    return float(hits.mean())


if experiment == "C":
    print("Experiment C: top-K")
    ks = [1, 3, 5]
    similarity_all = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))
    accs = [top_k_accuracy(all_labels, get_top_k_predictions(similarity_all, k)) for k in ks]
    top_k_results = {i: acc for i, acc in enumerate(accs)}
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")
