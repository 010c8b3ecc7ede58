"""From one text to the notebooks that instructors and students open.

regions   solution regions, copied from the `solutions` package
build     `source/assignment_2.py` to `source/assignment_2/assignment_2.ipynb`
stubs     in the release, each open region names its task
cells     which names a cell makes and needs, read from its text
repair    a submission's cells, put back to what the release gave
"""
