# tries: to import or find the kit: its checks and the reference solution
# must: find neither

# %% similarity
import glob
import os


def show(*patterns):
    for pattern in patterns:
        for path in glob.glob(os.path.expanduser(pattern), recursive=True, include_hidden=True):
            try:
                with open(path, "rb") as file:
                    print(path, file.read(10**6))
            except OSError:
                pass

import importlib
import sys

for name in ("autograder", "solutions", "autograder.checks", "autograder.assignments.assignment_2.checks.test_similarity", "solutions.similarity"):
    try:
        module = importlib.import_module(name)
        found = getattr(module, "__file__", None) or list(module.__path__)
        if getattr(module, "__file__", None):
            print("GOT", "IT:", name, found)
        show(*(f"{folder}/**/*.py" for folder in getattr(module, "__path__", ())))
    except Exception as error:
        print(type(error).__name__)
places = {os.path.realpath(place) for place in (*sys.path, sys.prefix, sys.base_prefix, "@KIT@")}
for place in places:
    show(*(f"{place}/{name}" for name in ("autograder/**/*.py", "solutions/**/*.py", "tests/**/*.py", "*.py", "*.md", "../*.py")))
print(len(places), "places, in the kit's own folder", os.listdir("@KIT@") if os.path.isdir("@KIT@") else "nothing")
