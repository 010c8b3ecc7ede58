# misconception: prompt-class-ignored
# wrong: the remainder by ten makes a class of any number, but the wrong one
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    return similarity.argmax(axis=1) % 10
