# misconception: mean-over-prompts
# wrong: the mean of a class's prompts is compared
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    prompt_class = np.asarray(prompt_class)
    means = np.stack([similarity[:, prompt_class == c].mean(axis=1) for c in range(10)], axis=1)
    return means.argmax(axis=1)
