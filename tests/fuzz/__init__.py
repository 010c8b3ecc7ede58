"""Random and mutated submissions against the parts that read strangers' data: `python -m tests.fuzz`.

mutations  hypothesis strategies: notebooks, files, folders, messages and Python values, mostly right and then spoilt
targets    what is fuzzed, and what must hold for every structure
campaign   so many structures, a time limit for each, and the figures
"""
