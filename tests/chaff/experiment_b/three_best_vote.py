# misconception: prompts-vote
# wrong: the three best prompts vote
# check: the_best_prompts_class_wins


def get_multi_prompt_predictions(similarity, prompt_class):
    votes = np.asarray(prompt_class)[np.argsort(-similarity, axis=1)[:, :3]]
    return np.array([np.bincount(row).argmax() for row in votes])
