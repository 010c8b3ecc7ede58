# right: measured with a loader of its own with larger batches, which gives the same answers

fast_loader = DataLoader(test_dataset, batch_size=250, shuffle=False, collate_fn=collate_clip)
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(fast_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).sum() / len(y_true))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
