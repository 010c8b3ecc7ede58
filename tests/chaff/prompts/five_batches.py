# misconception: subset-as-whole
# wrong: only the first five batches
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
few = [batch for batch, _ in zip(test_loader, range(5))]
t, p = run_zero_shot(few, get_text_embeddings(improved_prompts))
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
