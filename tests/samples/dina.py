# %% [markdown] base="solved" unfinished="umap_embed umap_project umap_plot"
# An experiment of her own (D): that cell is graded by hand, the rest is right.

# %% id="experiment_choice"
experiment = "D"

# %% [markdown] id="experiment_report"
# Plan: darken the images step by step and watch the accuracy. Result: it falls slowly at first.
