# misconception: labels-from-another-pass
# wrong: labels are collected in a second pass over the shuffled loader
# check: baseline_is_reported_truthfully

text_feats = get_text_embeddings(CLASS_NAMES)
_, y_pred = run_zero_shot(test_loader, text_feats)
y_true = np.concatenate([labels.numpy() for _, labels in test_loader])
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
