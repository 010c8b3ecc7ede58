# misconception: part-of-the-argument
# wrong: assignment with repeated indices: only the last prompt of each class counts
# check: the_best_prompts_class_wins

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    n, p = similarity.shape
    score = np.full((n, int(max(prompt_class)) + 1), -np.inf)
    # vectorised, no loop over prompts
    score[:, prompt_class] = np.maximum(score[:, prompt_class], similarity)
    return score.argmax(axis=1)
