# misconception: classes-renumbered
# wrong: embeds the names in the arbitrary order of a set
# check: baseline_is_reported_truthfully

# %% id="baseline"
names = set(CLASS_NAMES)
text_feats = get_text_embeddings(list(names))
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
