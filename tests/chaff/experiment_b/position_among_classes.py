# misconception: classes-renumbered
# wrong: returns the position in the list of classes that occur, not the class
# check: the_best_prompts_class_wins

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    classes = np.unique(prompt_class)
    best = np.stack([similarity[:, prompt_class == c].max(axis=1) for c in classes], axis=1)
    return best.argmax(axis=1)
