"""What an author makes: from one text to the notebooks that instructors and students open.

build           `source/NAME.py` to `source/NAME/NAME.ipynb`
regions         solution regions, copied from the `solutions` package
points_in_text  points that the text of the notebook says, from those of the checks
stubs           in the release, each open region names its task
release         the release of this kit
new_assignment  `autograder new`: a small assignment, to be written over
own_audit       a course's own checks against variants of their author's; headers: what a variant begins with
command         `autograder build`

Builds on the checks, for their points; nothing that grades may build on it, but for the stubs' step of nbgrader's.
"""
