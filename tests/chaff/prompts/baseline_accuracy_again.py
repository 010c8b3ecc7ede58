# misconception: accuracy-not-from-prompts
# wrong: computed from y_true and y_pred of the baseline
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(new_true, new_pred, CLASS_NAMES)
plt.show()
