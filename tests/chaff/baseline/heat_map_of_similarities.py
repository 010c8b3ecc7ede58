# misconception: none
# wrong: draws the table of similarities of ten sample images instead of the confusion matrix of the test split
# check: confusion_matrix_is_drawn

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float(np.mean(y_true == y_pred))
fig, ax = plt.subplots(figsize=(7, 6))
ax.imshow(sample_similarity, cmap="Blues")
ax.set_xticks(range(10), CLASS_NAMES, rotation=45)
ax.set_yticks(range(10), CLASS_NAMES)
ax.set_title("Confusion matrix")
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
