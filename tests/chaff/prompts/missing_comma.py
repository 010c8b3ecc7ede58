# misconception: prompts-out-of-order
# wrong: a comma is missing, two prompts are joined, and a filler makes it ten again: the rest is out of step
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [
    "a photo of a short t-shirt",
    "a photo of trousers",
    "a photo of a pullover",
    "a photo of a dress"
    "a photo of a coat",
    "a photo of sandals",
    "a photo of a button-up shirt",
    "a photo of sneakers",
    "a photo of a bag",
    "a photo of ankle boots",
    "a photo of something to wear",
]

for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")
