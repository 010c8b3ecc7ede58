# misconception: same-model-again
# wrong: the alternative is the model of Section 2
# check: another_model_is_chosen

alternative_model_name = clip_model_name
alternative_accuracy = baseline_accuracy
