"""Features and pixels of the data set's test images, computed once a machine and shown to every kernel, read-only.

inside    what runs in kernels, and what both sides mean by a key
building  one pass over the test images, and what it leaves
store     where stores are, whether they can be trusted, and their state for people
offer     what a kernel is given
command   `autograder features`
"""
