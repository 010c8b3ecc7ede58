# misconception: not-ten-prompts
# wrong: the prompt for the shirt is missing
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [
    "a photo of a T-shirt or top",
    "a photo of trousers or pants",
    "a photo of a pullover sweater",
    "a photo of a dress",
    "a photo of a coat or jacket",
    "a photo of a sandal shoe",
    "a photo of a sneaker shoe",
    "a photo of a handbag or bag",
    "a photo of an ankle boot shoe",
]
