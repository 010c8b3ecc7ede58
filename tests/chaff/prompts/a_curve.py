# misconception: no-figure-drawn
# wrong: a line of the two accuracies is drawn
# check: confusion_matrix_is_drawn

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((new_true == new_pred).mean())
plt.plot(["names", "prompts"], [baseline_accuracy, improved_accuracy], marker="o")
plt.show()
