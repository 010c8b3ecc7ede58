# %% [markdown] base="solved" unfinished="umap_project umap_plot"
# Mistake: CLASS_NAMES overwritten by the prompts, so that the top-K cell silently uses other texts.

# %% id="prompts"
improved_prompts = [f"a photo of a {name}, a piece of clothing" for name in CLASS_NAMES]
CLASS_NAMES = improved_prompts
