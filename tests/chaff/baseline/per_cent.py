# misconception: percentage
# wrong: per cent instead of a share
# check: baseline_is_reported_truthfully

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = 100 * float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
