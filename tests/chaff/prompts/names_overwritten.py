# misconception: class-names-overwritten
# wrong: the prompts are written into CLASS_NAMES
# check: class_names_are_kept

# %% id="prompts"
CLASS_NAMES = [
    "a photo of a T-shirt or top",
    "a photo of trousers or pants",
    "a photo of a pullover sweater",
    "a photo of a dress",
    "a photo of a coat or jacket",
    "a photo of a sandal shoe",
    "a photo of a shirt or blouse",
    "a photo of a sneaker shoe",
    "a photo of a handbag or bag",
    "a photo of an ankle boot shoe",
]
improved_prompts = CLASS_NAMES
