# misconception: subset-as-whole
# wrong: 200 images
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
part = DataLoader(Subset(test_dataset, range(200)), batch_size=16, collate_fn=collate_clip)
t, p = run_zero_shot(part, get_text_embeddings(improved_prompts))
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
