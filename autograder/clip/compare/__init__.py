"""Comparisons of whole accuracy runs: what differs between models, prompts and the CNN, and how surely.

plan          the TOML file that says what is compared
classify      a run's scores for every image, from embeddings, from the CNN or from a file
statistics    intervals and tests, each with its source
calibration   reliability bins and the expected calibration error
measure       one run's figures, and two runs' difference
record        everything as JSON
tables        the short table for the terminal
drawing       charts as SVG
pictures      images as PNG data
page          the self-contained HTML page
command       all of the above in order

Data flow in this order; nothing above imports what stands below.
"""

from __future__ import annotations
