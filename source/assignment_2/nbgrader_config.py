"""nbgrader's settings for those who work in this folder. Leave the file beside the notebook; it need not be handed in.

`nbgrader validate`, run in this folder, reads it, and so does the Validate button where Jupyter was started in this
folder. Elsewhere the button has nbgrader's 30 seconds a cell, which the notebook's quick mode is made for.
"""

c = get_config()

# Seconds that a cell may run: B/32 on two processor cores needs more than 30 for some.
c.Execute.timeout = 600
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["This cell ran too long: it was stopped after 10 minutes."],
}
# Seconds until a cell that is stopped has said its last; compiled code is not stopped at once.
c.Execute.iopub_timeout = 60
# Messages of the tests are longer than the 90 characters after which nbgrader cuts a line.
c.Validator.width = 160

# What is not handed in, wherever it lies: the data set, which earlier notebooks kept beside themselves, this file, and
# what looks through your work before.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "FashionMNIST",
    "nbgrader_config.py",
    "handing_in.json",
    "preflight.py",
]
