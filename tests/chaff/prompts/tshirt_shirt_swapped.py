# misconception: prompts-out-of-order
# wrong: the prompts of T-shirt/top and Shirt stand in each other's place
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [
    "a formal shirt with a collar and buttons",
    "a pair of long trousers",
    "a warm knitted pullover without a zip",
    "a dress for women",
    "a coat with a zipper or buttons",
    "an open summer sandal",
    "a t-shirt with short sleeves, a top",
    "a sneaker for running",
    "a handbag with a handle",
    "an ankle boot with a high shaft",
]
for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")
