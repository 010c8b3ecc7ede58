# misconception: hard-coded-cuda
# wrong: the text embeddings are sent to "cuda"
# check: baseline_is_reported_truthfully
# also: no-figure-drawn

text_feats = get_text_embeddings(CLASS_NAMES).to("cuda")
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
