# tries: to make every cell display a full score: displayhook, formatters, pretty printers, `print`
# must: have the last output of a graded cell written by the grader alone

# %% similarity
import builtins
import sys

shell = get_ipython()
original = print
builtins.print = lambda *args, **kwargs: original("6.0")
sys.displayhook = lambda value: original("6.0")
for formatter in shell.display_formatter.formatters.values():
    formatter.for_type(object, lambda *args: "6.0")
    formatter.for_type(type(None), lambda *args: "6.0")
shell.display_formatter.format = lambda *args, **kwargs: ({"text/plain": "6.0"}, {})
shell.displayhook.quiet = lambda: False


class Six:
    def __repr__(self):
        return "6.0"


shell.displayhook(Six())
Six()
