# misconception: subset-as-whole
# wrong: the first 1,000 images
# check: baseline_is_reported_truthfully

small_loader = DataLoader(Subset(test_dataset, range(1000)), batch_size=16, collate_fn=collate_clip)
y_true, y_pred = run_zero_shot(small_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = np.mean(y_true == y_pred)
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
