# misconception: confusion-axes-swapped
# wrong: predictions are passed first, true classes second
# check: confusion_matrix_is_drawn

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_pred, y_true, CLASS_NAMES)
plt.show()
