# misconception: wrong-answers-counted
# wrong: the share of errors instead of hits
# check: baseline_is_reported_truthfully

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float(np.mean(y_true != y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
