# right: prompts in another language, which the model hardly knows

# %% id="prompts"
improved_prompts = [
    "ein Bild von einem T-Shirt",
    "ein Bild von einer langen Hose",
    "ein Bild von einem Pullover",
    "ein Bild von einem Kleid",
    "ein Bild von einem Mantel",
    "ein Bild von einer Sandale",
    "ein Bild von einem Hemd",
    "ein Bild von einem Turnschuh",
    "ein Bild von einer Tasche",
    "ein Bild von einem Stiefel",
]
