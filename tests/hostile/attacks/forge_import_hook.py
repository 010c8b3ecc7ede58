# tries: to intercept every import of the probe
# must: change only its own process
# scores: check_similarity=0 check_predictions=0

# %% similarity
import builtins
import sys

original = builtins.__import__


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name in ("autograder", "pytest", "solutions"):
            print("GOT", "IT: somebody imports", name)


def importing(name, *args, **kwargs):
    module = original(name, *args, **kwargs)
    if name == "numpy" and sys._getframe(1).f_globals.get("__name__") == "probe":
        return type("Fake", (), {"__getattr__": lambda self, key: getattr(module, key), "ndarray": object, "asarray": staticmethod(lambda value: module.zeros((7, 3)))})()
    return module


sys.meta_path.insert(0, Finder())
builtins.__import__ = importing


def get_cosine_similarity(a, b):
    return module_that_is_not_there
