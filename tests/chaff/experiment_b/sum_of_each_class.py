# misconception: sum-over-prompts
# wrong: the similarities of a class are added up
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    sums = np.zeros((len(similarity), 10))
    for column, c in enumerate(prompt_class):
        sums[:, c] += similarity[:, column]
    return sums.argmax(axis=1)
