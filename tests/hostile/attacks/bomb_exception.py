# tries: to raise an exception whose text has 20 million characters, and another one whose text never ends
# must: show a short message, and go on with the next exercise
# scores: check_similarity=0 check_predictions<=5

# %% similarity
class Endless(Exception):
    def __str__(self):
        while True:
            pass


class Long(Exception):
    def __str__(self):
        return "x" * (20 * 10**6)


def get_cosine_similarity(a, b):
    raise Endless if len(a) == 6 else Long


raise Long
