# misconception: labels-of-figure-out-of-order
# wrong: scikit-learn sorts the names that it is given, and the figure is labelled by number
# check: confusion_matrix_is_drawn

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
named_true, named_pred = [[CLASS_NAMES[index] for index in each] for each in (y_true, y_pred)]
ConfusionMatrixDisplay.from_predictions(named_true, named_pred, display_labels=CLASS_NAMES)
plt.show()
