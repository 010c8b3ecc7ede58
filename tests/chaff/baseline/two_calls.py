# misconception: labels-from-another-pass
# wrong: y_true and y_pred come from two runs over a shuffled loader
# check: baseline_is_reported_truthfully

# %% id="baseline"
text_emb = get_text_embeddings(CLASS_NAMES)
y_true = run_zero_shot(test_loader, text_emb)[0]
y_pred = run_zero_shot(test_loader, text_emb)[1]

baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
