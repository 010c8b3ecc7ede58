# right: the maximum of each class first, then the best class

def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray, n_classes: int = 10):
    prompt_class = np.asarray(prompt_class)
    per_class = np.full((len(similarity), n_classes), -np.inf)
    for c in range(n_classes):
        columns = prompt_class == c
        if columns.any():
            per_class[:, c] = similarity[:, columns].max(axis=1)
    return per_class.argmax(axis=1)
