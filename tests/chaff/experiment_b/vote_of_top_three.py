# misconception: prompts-vote
# wrong: majority vote of the three best columns instead of the single best
# check: the_best_prompts_class_wins

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    prompt_class = np.asarray(prompt_class)
    k = min(3, similarity.shape[1])
    top = np.argsort(-similarity, axis=1)[:, :k]
    votes = prompt_class[top]
    return np.array([np.bincount(v).argmax() for v in votes])
