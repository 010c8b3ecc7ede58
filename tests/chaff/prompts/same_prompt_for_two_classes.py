# misconception: same-prompt-twice
# wrong: pullover and coat get the same prompt
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [
    "a photo of a T-shirt or top",
    "a photo of trousers or pants",
    "a photo of warm outer clothing",
    "a photo of a dress",
    "a photo of warm outer clothing",
    "a photo of a sandal shoe",
    "a photo of a shirt or blouse",
    "a photo of a sneaker shoe",
    "a photo of a handbag or bag",
    "a photo of an ankle boot shoe",
]
