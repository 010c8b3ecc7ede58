# misconception: prompts-of-numbers
# wrong: the number of the class stands where its name should
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [f"a photo of class number {number}" for number in range(10)]
