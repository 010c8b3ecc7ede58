# misconception: confusion-axes-swapped
# wrong: the arguments of plot_confusion_matrix are exchanged: the matrix is transposed
# check: confusion_matrix_is_drawn

# %% id="baseline"
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_pred == y_true).mean())
plot_confusion_matrix(y_pred, y_true, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
