# misconception: accuracy-not-from-predictions
# wrong: the published figure is typed in
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
t, p = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = 0.7067
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
