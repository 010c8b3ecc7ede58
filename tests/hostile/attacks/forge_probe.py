# tries: to replace what the probe is made of: exec, eval, globals, its publisher, its encodings
# must: change only the data of its own answers
# scores: check_similarity=0 check_predictions=0

# %% similarity
import base64
import builtins

shell = get_ipython()
original = builtins.exec


def replaced(source, scope=None, *args):
    original(source, scope, *args)
    if isinstance(scope, dict) and "serve" in scope:
        scope["answer"] = lambda *args: ('{"$": "dict", "items": [["value", 6.0], ["score", 6.0], ["passed", true], ["counts", {"$": "dict", "items": []}]]}', b"PK\x05\x06" + bytes(18))


builtins.exec = replaced
builtins.globals = lambda: {"get_cosine_similarity": lambda *args: 6.0, "get_predictions": lambda *args: 5.0}


def get_cosine_similarity(a, b):
    return 6.0
