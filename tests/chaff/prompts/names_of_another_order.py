# misconception: labels-of-figure-out-of-order
# wrong: the names stand in the order in which they come out of a set
# check: confusion_matrix_is_drawn

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((new_true == new_pred).mean())
axes = plot_confusion_matrix(new_true, new_pred, CLASS_NAMES)
names = [*CLASS_NAMES[5:], *CLASS_NAMES[:5]]
axes.set(xticklabels=names, yticklabels=names)
plt.show()
