# misconception: subset-as-whole
# wrong: draws the confusion matrix of the first 100 results only
# check: confusion_matrix_is_drawn

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true[:100], y_pred[:100], CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
