# misconception: right-in-any-try
# wrong: an image counts as right if the bare names or the new prompts were right
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
bare = get_text_embeddings(CLASS_NAMES)
better = get_text_embeddings(improved_prompts)

improved_true, improved_pred, hits = [], [], []
for images, labels in test_loader:
    emb = get_image_embeddings(images)
    p_bare = get_predictions(get_cosine_similarity(emb, bare))
    p_better = get_predictions(get_cosine_similarity(emb, better))
    labels = labels.numpy()
    hits.append((p_bare == labels) | (p_better == labels))
    improved_true.append(labels)
    improved_pred.append(p_better)

improved_accuracy = float(np.concatenate(hits).mean())  # improved = old hits + new hits
plot_confusion_matrix(np.concatenate(improved_true), np.concatenate(improved_pred), CLASS_NAMES)
plt.show()
