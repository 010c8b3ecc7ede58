# misconception: prompt-ids-not-mapped
# wrong: the index of the best prompt is returned
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    return similarity.argmax(axis=1)
