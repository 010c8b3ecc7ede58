# misconception: not-ten-prompts
# wrong: twenty prompts, two a class
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = []
for name in CLASS_NAMES:
    improved_prompts.append(f"a photo of a {name}")
    improved_prompts.append(f"a picture of a {name}")
