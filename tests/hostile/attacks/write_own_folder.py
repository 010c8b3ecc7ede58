# tries: to leave files in its own folder that would be run or read by whoever works there next, and to replace its
#        notebook by a link
# must: have none of them come back from the room
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os

for name in ("conftest.py", "nbgrader_config.py", "sitecustomize.py", "numpy.py", "autograder.py", "pytest.ini", "gradebook.db", "small_files", ".env"):
    with open(name, "w") as file:
        file.write("raise SystemExit('planted by write_own_folder')")
for name in os.listdir("."):
    if name.endswith(".ipynb"):
        os.unlink(name)
        os.symlink("@HOME@/.bashrc", name)
os.symlink("@COURSE@/gradebook.db", "link")
