# misconception: percentage
# wrong: per cent instead of a share
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
t, p = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = round(float((t == p).mean()) * 100, 2)
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
