# misconception: prompts-out-of-order
# wrong: the prompts for T-shirt/top and Shirt have changed places
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [
    "a photo of a long-sleeved shirt with a collar and buttons",
    "a photo of a pair of trousers",
    "a photo of a knitted pullover sweater",
    "a photo of a long dress",
    "a photo of a warm winter coat",
    "a photo of an open sandal",
    "a photo of a short-sleeved T-shirt",
    "a photo of a sneaker",
    "a photo of a handbag",
    "a photo of an ankle boot",
]

for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")
