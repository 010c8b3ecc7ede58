"""The full accuracy run: one model, the whole test split, any number of prompt sets.

encoders   grey images and prompts to unit embeddings: the plain way, and the type that a faster one shares
pixels     a processor's own pixel values, faster
tower      the image tower with less to do, and how many operations it is worth
engine     the fastest way that agrees with the plain one on a sample; precisions; sparing memory
kept       what an interrupted run has done
run        the computation, from encoders and images to figures
record     the figures as accuracy.json
tables     the figures as text
umap_map   the map of a model's image embeddings
pictures   confusion matrices and the UMAP picture
command    the command line's options, and all of the above in order
"""

from __future__ import annotations
