# misconception: prompts-equal-names
# wrong: a copy of CLASS_NAMES
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = CLASS_NAMES.copy()
