# misconception: confusion-axes-swapped
# wrong: the confusion matrix is drawn transposed
# check: confusion_matrix_is_drawn

# %% id="baseline"
class_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, class_feats)
baseline_accuracy = float((y_true == y_pred).mean())

ax = plot_confusion_matrix(y_pred, y_true, CLASS_NAMES)
ax.set_title("CLIP zero-shot, bare names")
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
