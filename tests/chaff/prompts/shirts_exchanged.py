# misconception: prompts-out-of-order
# wrong: the prompts of T-shirt and shirt have changed places
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [
    "a photo of a shirt with a collar",
    "a photo of a trouser",
    "a photo of a pullover",
    "a photo of a dress",
    "a photo of a coat",
    "a photo of a sandal",
    "a photo of a t-shirt",
    "a photo of a sneaker",
    "a photo of a bag",
    "a photo of an ankle boot",
]
