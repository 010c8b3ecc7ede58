# right: some prompts only add a word to the name

# %% id="prompts"
improved_prompts = [
    "T-shirt/top, short sleeves",
    "Trousers",
    "Pullover sweater",
    "Dress, one piece",
    "Coat or jacket",
    "Sandal shoe",
    "Shirt with buttons",
    "Sneaker shoe",
    "Handbag",
    "Ankle boots",
]
