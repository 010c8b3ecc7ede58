# tries: to find checks, expected values or the seed in the frames and objects of the process that calls it
# must: find nothing but the inputs

# %% similarity
import gc
import re
import sys

# Written so that the text does not find itself.
HINTS = re.compile("[d]raw_rows|[k]nown_angles|[e]xpect_close|[r]aise Wrong|[c]heck_generator|[s]ubmission_seed")


def get_cosine_similarity(a, b):
    texts = []
    frame = sys._getframe()
    while frame is not None:
        texts += [repr(value) for value in frame.f_locals.values() if isinstance(value, (str, dict, list))]
        texts += [str(frame.f_code.co_names), str(frame.f_code.co_consts), frame.f_code.co_filename]
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple) and len(thing) < 1000:
            texts += [part for part in (thing.values() if type(thing) is dict else thing) if type(part) is str]
    found = {match[0] for text in texts for match in HINTS.finditer(text)}
    raise RuntimeError(f"{len(texts)} texts: " + ("GOT" + f" IT {found}" if found else "nothing"))
