# %% [markdown] base="released" truncate=20000
# Broken: the file was cut off while it was saved, and is no valid JSON.
