# misconception: all-pairs-compared
# wrong: a column of labels is compared with a row of predictions
# check: baseline_is_reported_truthfully


text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true.reshape(-1, 1) == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
