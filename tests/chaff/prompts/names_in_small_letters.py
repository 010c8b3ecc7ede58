# misconception: prompts-equal-names
# wrong: the names in small letters, which is the same text for the tokeniser
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [name.lower() for name in CLASS_NAMES]
