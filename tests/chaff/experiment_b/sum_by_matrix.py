# misconception: sum-over-prompts
# wrong: a matrix of ones adds up the prompts of a class
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    member = np.eye(10)[np.asarray(prompt_class)]
    return (similarity @ member).argmax(axis=1)
