# misconception: prompts-out-of-order
# wrong: the prompts are sorted
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = sorted(f"a photo of a {name}" for name in CLASS_NAMES)
