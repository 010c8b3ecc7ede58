# misconception: classes-renumbered
# wrong: the sorted names are embedded, so index i no longer means CLASS_NAMES[i]
# check: baseline_is_reported_truthfully

# %% id="baseline"
labels_sorted = sorted(CLASS_NAMES)
text_embeddings = get_text_embeddings(labels_sorted)
y_true, y_pred = run_zero_shot(test_loader, text_embeddings)
baseline_accuracy = float(np.mean(np.equal(y_true, y_pred)))
plot_confusion_matrix(y_true, y_pred, labels_sorted)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
