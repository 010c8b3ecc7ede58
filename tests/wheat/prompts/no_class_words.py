# right: descriptions that hardly use the class words, built from a dictionary in another order

# %% id="prompts"
by_name = {
    "Bag": "a purse with a handle, product photo on a black background",
    "Ankle boot": "a high shoe that covers the ankle, with a heel",
    "Sneaker": "a flat sports shoe with laces, side view",
    "Sandal": "an open summer shoe with straps",
    "Trouser": "a pair of long pants, two legs",
    "Dress": "a long sleeveless gown for a woman",
    "T-shirt/top": "a short-sleeved tee, flat lay",
    "Shirt": "a thin blouse with a collar and a row of buttons",
    "Pullover": "a thick knitted sweater with long sleeves and no buttons",
    "Coat": "a winter jacket that opens at the front",
}
improved_prompts = [by_name[name] for name in CLASS_NAMES]

for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")
