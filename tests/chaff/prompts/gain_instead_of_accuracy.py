# misconception: gain-instead-of-accuracy
# wrong: the gain over the baseline is reported
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
t, p = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((t == p).mean()) - baseline_accuracy
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
