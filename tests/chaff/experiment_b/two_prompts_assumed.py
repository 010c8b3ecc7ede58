# misconception: prompt-class-ignored
# wrong: half the index; right only for two prompts a class, in order
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    return np.argmax(similarity, axis=1) // 2
