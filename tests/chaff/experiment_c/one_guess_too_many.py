# misconception: k-plus-one
# wrong: the entry for K is measured with K + 1 guesses
# check: top_k_results_are_reported_truthfully

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(-similarity, axis=1)[:, :k]


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    return float(np.any(top_k == y_true[:, None], axis=1).mean())


if experiment == "C":
    print("Experiment C: top-K")
    sim = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))
    ranking = get_top_k_predictions(sim, 10)
    top_k_results = {}
    for k in (1, 2, 3, 5):
        top_k_results[k] = top_k_accuracy(all_labels, ranking[:, 0 : k + 1])
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")
