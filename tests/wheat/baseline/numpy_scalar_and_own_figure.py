# right: a NumPy number, and the matrix also drawn with scikit-learn

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = np.mean(y_true == y_pred)
axes = plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
axes.set_title(f"Bare names: {baseline_accuracy:.1%}")
plt.show()
ConfusionMatrixDisplay.from_predictions(y_true, y_pred, normalize="true", values_format=".1f")
plt.show()
