# misconception: none
# wrong: the prompts were changed once more after they had been measured
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
t, p = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
improved_prompts = [f"a dark picture of a {name.lower()}" for name in CLASS_NAMES]
