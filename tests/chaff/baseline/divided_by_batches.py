# misconception: wrong-denominator
# wrong: hits divided by the number of batches
# check: baseline_is_reported_truthfully

# %% id="baseline"
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)

correct = 0
for t, p in zip(y_true, y_pred):
    if t == p:
        correct += 1
baseline_accuracy = correct / len(test_loader)

plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
