# misconception: prompts-equal-names
# wrong: nine prompts are better, one is still the bare name
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [f"a photo of a {name}, a piece of clothing" for name in CLASS_NAMES]
improved_prompts[8] = "Bag"
