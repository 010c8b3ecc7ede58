# misconception: leftover-state
# wrong: uses a variable of a cell that was deleted
# check: improved_accuracy_is_reported_truthfully
# also: no-figure-drawn

# %% id="prompts_run"
t, p = run_zero_shot(test_loader, better_text_feats)
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
