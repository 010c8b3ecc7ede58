# misconception: confusion-axes-swapped
# wrong: predictions go into the rows, in shares
# check: confusion_matrix_is_drawn

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((new_true == new_pred).mean())
ConfusionMatrixDisplay.from_predictions(new_pred, new_true, normalize="all")
plt.show()
