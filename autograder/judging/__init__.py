"""One submission's graded cells against the hidden checks, in the grader's own process.

exercise      one cell: its checks, run as pytest collects them, and the verdicts
fit_checks    whether the tests of a module can be used as checks, in words
other_points  whether a cell is worth what its checks give
grader        what an assignment may bring: a model, data, figures
stopped       which failed cell is behind a missing variable
"""
