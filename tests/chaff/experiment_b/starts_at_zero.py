# misconception: negatives-cut
# wrong: class scores start at 0, so negative similarities are lost
# check: the_best_prompts_class_wins

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    scores = np.zeros((len(similarity), int(np.max(prompt_class)) + 1))
    for p, c in enumerate(prompt_class):
        scores[:, c] = np.maximum(scores[:, c], similarity[:, p])
    return scores.argmax(axis=1)
