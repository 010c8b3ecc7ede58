# misconception: accuracy-not-from-prompts
# wrong: measures captions, not the bare class names
# check: baseline_is_reported_truthfully

# %% id="baseline"
texts = ["a photo of a " + c for c in CLASS_NAMES]
class_emb = get_text_embeddings(texts)
y_true, y_pred = run_zero_shot(test_loader, class_emb)
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
