# misconception: no-figure-drawn
# wrong: the matrix of the new prompts is not drawn
# check: confusion_matrix_is_drawn

# %% id="prompts_run"
t, p = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((t == p).mean())
print(improved_accuracy)
