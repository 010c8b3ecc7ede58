# misconception: confusion-axes-swapped
# wrong: the student draws the matrix with a function of the same name, which has predictions in its rows
# check: confusion_matrix_is_drawn

def plot_confusion_matrix(y_true, y_pred, class_names):
    fig, ax = plt.subplots(figsize=(7, 6))
    ConfusionMatrixDisplay.from_predictions(
        y_pred, y_true, labels=range(len(class_names)), display_labels=class_names, ax=ax
    )
    ax.set_xlabel("Predicted label")
    ax.set_ylabel("True label")
    return ax


text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
