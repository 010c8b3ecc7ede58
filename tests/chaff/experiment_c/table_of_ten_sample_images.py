# misconception: none
# wrong: the top-K accuracies are measured on the ten sample images of Section 2
# check: top_k_results_are_reported_truthfully

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(-np.asarray(similarity), axis=1)[:, :k]


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    return float(np.mean((np.asarray(top_k) == np.asarray(y_true)[:, None]).any(axis=1)))


if experiment == "C":
    print("Experiment C: top-K")
    top_k_results = {}
    for k in (1, 3, 5):
        top_k = get_top_k_predictions(sample_similarity, k)
        top_k_results[k] = top_k_accuracy(sample_labels.numpy(), top_k)
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")
