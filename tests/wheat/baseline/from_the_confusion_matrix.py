# right: the diagonal of the confusion matrix divided by its sum

from sklearn.metrics import confusion_matrix

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
matrix = confusion_matrix(y_true, y_pred)
baseline_accuracy = float(np.trace(matrix) / matrix.sum())
print(matrix)
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
