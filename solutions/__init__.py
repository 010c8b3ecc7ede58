"""The reference solution, written once.

Every function here is pure: what the notebook keeps in globals (`clip_model`, `clip_processor`,
`device`, `test_loader` and so on) arrives as a keyword argument *of the same name*. So the very
same body works in both places, and the notebook's build (`autograder.notebook`) copies it: all of
a body after its docstring, or the part between `# BEGIN SOLUTION` and `# END SOLUTION` where the
notebook gives the rest.
"""
