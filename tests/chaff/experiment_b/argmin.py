# misconception: argmin
# wrong: the worst prompt decides
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    return np.asarray(prompt_class)[np.argmin(similarity, axis=1)]
