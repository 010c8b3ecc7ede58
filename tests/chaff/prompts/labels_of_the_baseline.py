# misconception: labels-from-another-pass
# wrong: y_true of the baseline's pass beside predictions of this one
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
_, improved_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((y_true == improved_pred).mean())
plot_confusion_matrix(y_true, improved_pred, CLASS_NAMES)
plt.show()
