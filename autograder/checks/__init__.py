"""What the author of a check imports.

expect      `Wrong`, and the comparisons that raise it
pictures    whether a cell has shown the picture that it is asked for
own_cells   the text of the cells that a notebook has run
tolerances  how far arithmetic may lead right work away

A check is a test with the fixtures `student` (the seam to the work), `rng` (fresh inputs from the recorded seed) and,
where its assignment brings one, `reference` (the grader's own model, data and figures), and a marker
`check(points=…, title=…, hint=…)`. It raises `expect.Wrong` with a sentence for the student. Points add up
to what the cell is worth; nothing here is ever sent to a student's process.

`pytest autograder/assignments` runs the kit's own checks against the reference solution.
"""
