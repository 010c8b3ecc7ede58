# misconception: labels-from-another-pass
# wrong: y_true is from the baseline's pass; the shuffled loader has another order now
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
prompt_feats = get_text_embeddings(improved_prompts)
_, y_pred_improved = run_zero_shot(test_loader, prompt_feats)
improved_accuracy = float(np.mean(y_true == y_pred_improved))
plot_confusion_matrix(y_true, y_pred_improved, CLASS_NAMES)
plt.show()
