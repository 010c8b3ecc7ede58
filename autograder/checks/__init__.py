"""The hidden checks: a pytest module for each graded cell, `test_<name>.py` for the cell `check_<name>`.

A check is a test with the fixtures `student` (the seam to the work), `reference` (the grader's own model,
data and figures) and `rng` (fresh inputs from the recorded seed), and a marker
`check(points=…, title=…, hint=…)`. It raises `expect.Wrong` with a sentence for the student. Points add up
to what the cell is worth; nothing here is ever sent to a student's process.

`pytest autograder/checks` runs all of them against the reference solution.
"""
