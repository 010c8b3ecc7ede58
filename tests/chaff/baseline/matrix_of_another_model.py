# misconception: none
# wrong: the matrix is that of random guesses, the accuracy is the right one
# check: confusion_matrix_is_drawn

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, np.random.default_rng(0).permutation(y_pred), CLASS_NAMES)
plt.show()
