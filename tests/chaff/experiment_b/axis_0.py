# misconception: argmax-wrong-axis
# wrong: the best image of each prompt, not the best prompt of each image
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    return np.asarray(prompt_class)[similarity.argmax(axis=0)]
