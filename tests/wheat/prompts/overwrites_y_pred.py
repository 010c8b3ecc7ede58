# right: uses the names y_true and y_pred again, and the prompts as labels of the matrix (both only advised against)

# %% id="prompts_run"
y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float(np.mean(y_true == y_pred))
short = [p if len(p) < 24 else p[:21] + "..." for p in improved_prompts]
plot_confusion_matrix(y_true, y_pred, short)
plt.show()
