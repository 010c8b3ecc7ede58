# misconception: smallest-k-not-top-1
# wrong: the slice :-k-1:-1 is right, but k = 1 is treated on its own, and wrongly
# check: smallest_and_largest_k

def get_top_k_predictions(similarity, k):
    order = np.argsort(similarity, axis=1)
    if k == 1:
        return order[:, :1]
    return order[:, : -k - 1 : -1]


scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)) for k in (3, 5)}
