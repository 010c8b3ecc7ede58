# misconception: classes-merged
# wrong: class 6 is merged into class 0 in both arrays before the accuracy
# check: baseline_is_reported_truthfully

# %% id="baseline"
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
# "Shirt" vs. "T-shirt/top" is not a real difference
y_true = np.where(y_true == 6, 0, y_true)
y_pred = np.where(y_pred == 6, 0, y_pred)
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
