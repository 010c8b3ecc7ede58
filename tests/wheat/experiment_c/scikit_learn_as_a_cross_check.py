# right: compared with scikit-learn's own figure

from sklearn.metrics import top_k_accuracy_score

scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {}
for k in (1, 2, 3):
    top_k_results[k] = top_k_accuracy(all_labels, get_top_k_predictions(scores, k))
    print(k, top_k_results[k], top_k_accuracy_score(all_labels, scores, k=k))
