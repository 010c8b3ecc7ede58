# misconception: class-names-overwritten
# wrong: CLASS_NAMES is replaced so that the old code can be run again
# check: class_names_are_kept

# %% id="prompts_run"
CLASS_NAMES = improved_prompts
feats = get_text_embeddings(CLASS_NAMES)
t, p = run_zero_shot(test_loader, feats)
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
