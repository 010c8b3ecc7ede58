# misconception: accuracy-not-from-predictions
# wrong: a hoped-for figure is typed in
# check: multi_prompt_accuracy_is_reported_truthfully

prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
multi_prompt_accuracy = 0.85
