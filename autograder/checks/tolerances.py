"""How far right work may be from the grader's own figures, and why.

Work in half precision is right work. Its unit roundoff is u = 2^-11 (IEEE 754 binary16); each of the few
roundings on the way to an entry of a unit vector or to a cosine moves it by at most about u, so 8 u leaves
room. Checks draw their inputs so that the mistakes they look for are off by ten times that or more.
"""

HALF_PRECISION = 8 * 2.0**-11
"""Largest error of an entry of a unit vector, or of a cosine, computed in half precision."""
