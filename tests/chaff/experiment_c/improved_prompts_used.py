# misconception: text-features-overwritten
# wrong: measured with improved_prompts, asked are the bare class names
# check: top_k_results_are_reported_truthfully

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(-similarity, axis=1)[:, :k]


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    hits = (top_k == np.asarray(y_true)[:, None]).any(axis=1)
    return float(hits.mean())


if experiment == "C":
    print("Experiment C: top-K")
    text_c = get_text_embeddings(improved_prompts)
    sim_c = get_cosine_similarity(torch.as_tensor(all_img_emb), text_c)
    top_k_results = {}
    for kk in (1, 2, 3, 5):
        top_k_results[kk] = top_k_accuracy(all_labels, get_top_k_predictions(sim_c, kk))
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")
