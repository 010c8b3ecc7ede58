# misconception: axis-squeezed
# wrong: squeeze takes the column away if k is 1
# also: smallest-k-not-top-1
# check: smallest_and_largest_k

def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, :k].squeeze()


scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(scores, k)) for k in (2, 3, 5)}
