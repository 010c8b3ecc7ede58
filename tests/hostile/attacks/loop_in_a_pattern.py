# tries: never to end, in a regular expression that backtracks for ever
# must: be stopped at the cell's limit

# %% similarity
import re

re.match("(a+)+$", "a" * 64 + "b")
