# tries: to display 200 outputs of 1 MB each, of every kind
# must: have its output cut; its work is graded
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
from IPython.display import display

for kind in ("text/plain", "text/html", "image/svg+xml", "application/json"):
    for _ in range(50):
        display({kind: "x" * 10**6}, raw=True)
