# misconception: accuracy-not-from-prompts
# wrong: the text embeddings of the baseline are passed on
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
improved_feats = get_text_embeddings(improved_prompts)
t, p = run_zero_shot(test_loader, text_feats)
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
