# misconception: old-matrix-drawn
# wrong: the confusion matrix drawn is that of the baseline
# check: confusion_matrix_is_drawn

# %% id="prompts_run"
improved_feats = get_text_embeddings(improved_prompts)
y_true_imp, y_pred_imp = run_zero_shot(test_loader, improved_feats)
improved_accuracy = float(np.mean(y_true_imp == y_pred_imp))

plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.title("Confusion matrix, improved prompts")
plt.show()
