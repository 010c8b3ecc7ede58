# right: scores by class with np.maximum.at from minus infinity

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    similarity, prompt_class = np.asarray(similarity), np.asarray(prompt_class)
    scores = np.full((prompt_class.max() + 1, len(similarity)), -np.inf)
    np.maximum.at(scores, prompt_class, similarity.T)  # unbuffered: repeated classes are fine
    return scores.argmax(axis=0)
