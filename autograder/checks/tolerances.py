"""How far right work may be from the grader's own figures, and why.

Work in half precision is right work. Its unit roundoff is u = 2^-11 (IEEE 754 binary16); each of the few
roundings on the way to an entry of a unit vector or to a cosine moves it by at most about u, so 8 u leaves
room. Checks draw their inputs so that the mistakes they look for are off by ten times that or more.
"""

HALF_PRECISION = 8 * 2.0**-11
"""Largest error of an entry of a unit vector, or of a cosine, computed in half precision."""

ROUNDED_REPORT = 5e-4
"""An accuracy that a student rounded to three digits is off by at most this."""

MORE_LIKE_SIMILARITIES = 1.2
"""How many times more often neighbours on a map may be neighbours by similarity with ten texts than by embedding.
Measured with 15 neighbours on the small model: 0.57 … 0.87 for UMAP of the embeddings with several settings,
1.54 … 1.96 for UMAP of similarities with the names or with better prompts."""

LINEAR = 0.999
"""Share of a map's variance that a linear function has to explain for the map to be one."""

NO_ORDER = 0.3
"""Share of images whose 15 nearest neighbours on a map vote for its class, below which the map says
nothing of the classes: labels shuffled give 0.10, a plain PCA of the pixels 0.52 (measured)."""
