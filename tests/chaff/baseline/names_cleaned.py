# misconception: accuracy-not-from-prompts
# wrong: other texts than the bare class names are measured as the baseline
# check: baseline_is_reported_truthfully

# %% id="baseline"
clean = [c.lower().replace("/", " or ").replace("trouser", "trousers") for c in CLASS_NAMES]
clean = [("an " if c[0] in "aeiou" else "a ") + c for c in clean]
feats = get_text_embeddings(clean)
y_true, y_pred = run_zero_shot(test_loader, feats)
baseline_accuracy = float(np.sum(y_true == y_pred) / len(y_true))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
