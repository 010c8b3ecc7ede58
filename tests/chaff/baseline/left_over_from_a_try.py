# misconception: not-the-share-of-right
# wrong: the accuracy of a first try with other texts is kept, while y_true and y_pred are of the names
# check: baseline_is_reported_truthfully

try_feats = get_text_embeddings([f"this is {name}" for name in CLASS_NAMES])
y_true, y_pred = run_zero_shot(test_loader, try_feats)
baseline_accuracy = float(np.mean(y_true == y_pred))

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
