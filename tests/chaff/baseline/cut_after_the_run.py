# misconception: subset-as-whole
# wrong: all images are classified, but only 500 are counted
# check: baseline_is_reported_truthfully

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
y_true, y_pred = y_true[:500], y_pred[:500]
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
