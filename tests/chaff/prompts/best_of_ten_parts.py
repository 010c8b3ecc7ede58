# misconception: not-the-share-of-right
# wrong: reports the best of ten parts of the test set instead of the accuracy of all
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
hits = new_true == new_pred
runs = [part.mean() for part in np.array_split(hits, 10)]
print("runs:", [f"{r:.3f}" for r in runs])
improved_accuracy = float(max(runs))
plot_confusion_matrix(new_true, new_pred, CLASS_NAMES)
plt.show()
