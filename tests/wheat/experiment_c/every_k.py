# right: measured for every k, with NumPy keys, and drawn as a curve

scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES).cpu())
top_k_results = {}
for k in np.arange(1, 11):
    top_k_results[k] = top_k_accuracy(all_labels, get_top_k_predictions(scores, int(k)))
plt.plot(list(top_k_results), list(top_k_results.values()), marker="o")
plt.xlabel("K")
plt.show()
