# misconception: mean-of-batch-means
# wrong: the mean of the accuracies of batches of 4,000; the last is half as large and counts as much
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
large_loader = DataLoader(test_dataset, batch_size=4000, shuffle=False, collate_fn=collate_clip)
improved_feats = get_text_embeddings(improved_prompts)
parts = [run_zero_shot([batch], improved_feats) for batch in large_loader]
improved_accuracy = float(np.mean([(t == p).mean() for t, p in parts]))
t, p = (np.concatenate(side) for side in zip(*parts))
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
