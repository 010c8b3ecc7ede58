# misconception: prompts-vote
# wrong: majority vote of the three best prompts instead of the best one
# check: the_best_prompts_class_wins

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    top = np.argsort(similarity, axis=1)[:, ::-1][:, :3]
    votes = np.asarray(prompt_class)[top]
    return np.array([np.bincount(v).argmax() for v in votes])
