# misconception: k-ignored
# wrong: the table for k = 5 is used for every K
# check: top_k_results_are_reported_truthfully

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(-similarity, axis=1)[:, :k]


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    return float(np.mean((top_k == np.asarray(y_true)[:, None]).any(axis=1)))


if experiment == "C":
    print("Experiment C: top-K")
    sims = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))
    top = get_top_k_predictions(sims, 5)
    top_k_results = {}
    for K in (1, 3, 5):
        top_k_results[K] = top_k_accuracy(all_labels, top)
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")
