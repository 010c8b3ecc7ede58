# %% [markdown] base="solved" unfinished="umap_embed umap_project umap_plot experiment_choice"
# Mistake: only the first five batches, reported as the test accuracy.

# %% id="baseline"
text_feats = get_text_embeddings(CLASS_NAMES)
few = []
for number, batch in enumerate(test_loader):
    if number == 5:
        break
    few.append(batch)
y_true, y_pred = run_zero_shot(few, text_feats)
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()

# %% id="prompts_run"
y_true, y_pred = run_zero_shot(few, get_text_embeddings(improved_prompts))
improved_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
