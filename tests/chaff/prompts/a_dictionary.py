# misconception: not-a-list
# wrong: a dictionary instead of a list
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = {name: f"a photo of a {name}" for name in CLASS_NAMES}
print(improved_prompts)

# %% id="prompts_run"
t, p = run_zero_shot(test_loader, get_text_embeddings(list(improved_prompts.values())))
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
