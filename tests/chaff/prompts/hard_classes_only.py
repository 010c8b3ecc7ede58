# misconception: not-the-share-of-right
# wrong: accuracy over four of the ten classes
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
plot_confusion_matrix(new_true, new_pred, CLASS_NAMES)
plt.show()
upper_body = [0, 2, 4, 6]          # T-shirt, Pullover, Coat, Shirt: the confused ones
sel = np.isin(new_true, upper_body)
improved_accuracy = float(np.mean(new_pred[sel] == new_true[sel]))
