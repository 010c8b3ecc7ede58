# right: the matrix of the bare names is drawn beside the new one

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((new_true == new_pred).mean())
_, (before, after) = plt.subplots(1, 2, figsize=(14, 6))
for axes, pair in ((before, (y_true, y_pred)), (after, (new_true, new_pred))):
    ConfusionMatrixDisplay.from_predictions(*pair, colorbar=False, ax=axes)
plt.show()
