# %% [markdown] base="solved"
# Complete and right: the reference solution, with experiment C.
