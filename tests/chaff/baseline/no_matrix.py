# misconception: no-figure-drawn
# wrong: no confusion matrix is drawn
# check: confusion_matrix_is_drawn

# %% id="baseline"
tf = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, tf)
baseline_accuracy = float((y_true == y_pred).sum()) / y_true.size
for i, c in enumerate(CLASS_NAMES):
    print(c, "recall:", (y_pred[y_true == i] == i).mean())
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
