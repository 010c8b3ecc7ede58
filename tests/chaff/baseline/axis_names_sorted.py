# misconception: labels-of-figure-out-of-order
# wrong: the tick names are sorted, the counts are not
# check: confusion_matrix_is_drawn

# %% id="baseline"
text_emb = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_emb)
baseline_accuracy = float(np.count_nonzero(y_true == y_pred) / len(y_true))
ax = plot_confusion_matrix(y_true, y_pred, class_names=sorted(CLASS_NAMES))
ax.set_title(f"bare names, accuracy {baseline_accuracy:.3f}")
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
