"""`autograder check`: grades notebooks that did not come from the release and carry no nbgrader metadata.

search         where the interface's names stand in a notebook, and after which cell an exercise is judged
watching       what its kernel runs before the first cell
versions       for which version of transformers it was written, and on which it runs
as_asked       the seam to such a notebook: what is absent is told apart from what is wrong
allowances     what is right though not to the letter of the release
looks          one look at an exercise with all that, and which of several looks counts
recorder       runs in that kernel as well, and notes what goes through the notebook
values         what that says, as far as it can be used
by_value       what goes by no name of the assignment, found by its values, and judged by them
cell_findings  what happened in its cells
causes         what is behind a failure besides a mistake: a failed cell, another signature
findings       what came of a notebook, as plain data
run            one notebook, from file to findings
table, command what people and machines see
"""
