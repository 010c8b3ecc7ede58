# right: words that name a neighbour, and are said of the class all the same

# %% id="prompts"
improved_prompts = [
    "a photo of a t-shirt",
    "a photo of dress pants",
    "a photo of a pullover",
    "a photo of a dress",
    "a photo of a coat",
    "a photo of a sandal",
    "a photo of a shirt, such as a dress shirt",
    "a photo of a sneaker",
    "a photo of a bag",
    "a photo of an ankle boot, not a sneaker",
]
