# tries: to put its own pytest, json, base64 and autograder in the place of those that grading might use
# must: change only its own process
# scores: check_similarity=0 check_predictions=0

# %% similarity
import builtins
import json
import sys
import types


class Anything(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args, **kwargs: 6.0


for name in ("pytest", "_pytest", "autograder", "autograder.checks", "autograder.judging.exercise", "nbgrader", "nose", "unittest"):
    sys.modules[name] = Anything(name)
original = json.dumps
FORGED = '{"$": "dict", "items": [["value", 6.0], ["passed", true], ["counts", {"$": "dict", "items": []}]]}'
json.dumps = lambda tree, *args, **kwargs: FORGED if isinstance(tree, dict) and "$" in tree else original(tree, *args, **kwargs)
builtins.print = lambda *args, **kwargs: None


def get_cosine_similarity(a, b):
    return None
