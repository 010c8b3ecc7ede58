"""Random and mutated submissions against the parts that read strangers' data: `python -m tests.fuzz`.

mutations  hypothesis strategies: notebooks, files, folders, archives, messages, Python values; mostly right, or spoilt
targets    what is fuzzed, and what must hold for every structure
campaign   so many structures, a time limit for each, and the figures
"""
