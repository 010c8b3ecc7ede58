"""What students run before they hand in: one file, which a release holds a copy of.

preflight  the declaration of what is to be handed in, the checks, and the command line of the file by itself

It imports nothing but the standard library, for Python 3.8 and newer, and nothing of the kit: a student has neither.
"""
