"""The full accuracy run: one model, the whole test split, any number of prompt sets.

encoders   grey images and prompts to unit embeddings; the type behind which a faster way can be put
run        the computation, from encoders and images to figures
record     the figures as accuracy.json
tables     the figures as text
pictures   confusion matrices and the UMAP picture
command    the command line's options, and all of the above in order
"""

from __future__ import annotations
