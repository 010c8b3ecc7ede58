# misconception: labels-from-another-pass
# wrong: compares new predictions with y_true of the baseline's pass, which had another order
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
improved_feats = get_text_embeddings(improved_prompts)
_, y_pred_improved = run_zero_shot(test_loader, improved_feats)
improved_accuracy = float(np.mean(y_true == y_pred_improved))
plot_confusion_matrix(y_true, y_pred_improved, CLASS_NAMES)
plt.show()
