# misconception: labels-from-another-pass
# wrong: compares predictions of a shuffled loader with targets in file order
# check: baseline_is_reported_truthfully

# %% id="baseline"
emb = get_text_embeddings(CLASS_NAMES)
_, y_pred = run_zero_shot(test_loader, emb)
y_true = test_dataset.targets.numpy()
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
