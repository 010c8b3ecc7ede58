"""Tests the checks: right work has to pass them, wrong work has to fail them and hear the right name.

wheat     a correct variant of what a student may write; `tests/wheat`
chaff     a variant that is wrong in one named way; `tests/chaff`
mutant    the reference solution with one operator, constant or call changed by a program

corpus      reads wheat and chaff
mutants     makes mutants, and knows which of them are equivalent to the original
transplant  puts a variant into the cells of its exercise
bench       works the notebook through once, and remembers what the model gives for the test images
memory      answers of processor and model that are known already
trial       runs one variant and has it judged
pool        many trials on several processor cores
tally       counts, and says whether the bar is met
pages       the table as text, HTML and JSON
run         all of it, from beginning to end
command     `autograder audit`
"""
