# misconception: same-prompt-twice
# wrong: the f of the f-string is missing
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = ["a photo of a {name}" for name in CLASS_NAMES]
