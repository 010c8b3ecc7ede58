# right: torch.topk, and all K from 1 to 10 sliced from one table

# %% id="experiment_c"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    return torch.as_tensor(np.asarray(similarity)).topk(k, dim=1).indices.numpy()


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    own = [int(t) in row for t, row in zip(y_true, np.asarray(top_k).tolist())]
    return sum(own) / len(own)


if experiment == "C":
    print("Experiment C: top-K")
    class_sims = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))
    ranking = get_top_k_predictions(class_sims, len(CLASS_NAMES))
    top_k_results = {
        K: top_k_accuracy(all_labels, ranking[:, :K]) for K in range(1, len(CLASS_NAMES) + 1)
    }
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")
