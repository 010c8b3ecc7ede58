# misconception: old-matrix-drawn
# wrong: the arguments of Task 2.6 are kept
# check: confusion_matrix_is_drawn

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((new_true == new_pred).mean())
plot_confusion_matrix(y_true=y_true, y_pred=y_pred, class_names=CLASS_NAMES)
plt.show()
