# tries: to change the verdict of an earlier cell afterwards: displays by id in the graded cell and in the probe's, then
#        updates of all of them
# must: have the verdict written when nobody can change it any more

# %% similarity
from IPython.display import display

for number in range(6):
    display({"text/html": "<b>gone later</b>"}, raw=True, display_id=f"id-{number}")


def get_cosine_similarity(a, b):
    for number in range(6):
        display({"text/plain": "x"}, raw=True, display_id=f"id-{number}")
        display({"text/html": "x"}, raw=True, display_id=f"other-{number}")
    return np.zeros((1, 1))

# %% after check_similarity
from IPython.display import update_display

for name in ("id", "other"):
    for number in range(6):
        update_display({"text/plain": "6.0", "text/html": "6 of 6 points"}, raw=True, display_id=f"{name}-{number}")
        display({"text/plain": "6.0"}, raw=True, display_id=f"{name}-{number}")

# %% after check_predictions
for name in ("id", "other"):
    for number in range(6):
        update_display({"text/plain": "6.0"}, raw=True, display_id=f"{name}-{number}")
