# misconception: counts-not-shares
# wrong: the number of right images is not divided by the number of images
# check: baseline_is_reported_truthfully

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).sum())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
