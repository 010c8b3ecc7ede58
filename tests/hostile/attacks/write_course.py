# tries: to change the course: gradebook, secret, configuration, release, other students' work, the instructor's home
# must: change nothing of them

# %% similarity
import glob
import os
import sqlite3

targets = ["@COURSE@/gradebook.db", "@COURSE@/.autograder-secret", "@COURSE@/nbgrader_config.py", "@COURSE@/pwned", "@COURSE@/conftest.py", "@COURSE@/release/small/small.ipynb", "@COURSE@/submitted/zz_honest/small/small.ipynb", "@COURSE@/autograded/aa_honest/small/small.ipynb", "@HOME@/.bashrc", "@HOME@/pwned", "/tmp/pwned-@TCP@"]
targets += [f"{'../' * depth}{name}" for depth in range(1, 8) for name in ("gradebook.db", "nbgrader_config.py", "pwned")]
for target in targets:
    for folder in (os.path.dirname(target), ""):
        try:
            if folder:
                os.makedirs(folder, exist_ok=True)
            with open(target, "w") as file:
                file.write("changed by write_course")
        except OSError:
            pass
    try:
        os.unlink(target)
    except OSError:
        pass
try:
    with sqlite3.connect("file:@COURSE@/gradebook.db?mode=rw", uri=True) as gradebook:
        gradebook.execute("update grade set auto_score = 6, manual_score = 6")
        print("GOT", "IT")
except sqlite3.Error as error:
    print(error)
