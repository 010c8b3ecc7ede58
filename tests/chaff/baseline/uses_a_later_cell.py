# misconception: cells-out-of-order
# wrong: uses all_img_emb, which only Section 4 makes
# check: baseline_is_reported_truthfully
# also: no-figure-drawn

similarity = get_cosine_similarity(torch.from_numpy(all_img_emb), get_text_embeddings(CLASS_NAMES))
y_true, y_pred = all_labels, get_predictions(similarity)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
