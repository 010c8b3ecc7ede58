"""A library for assignments about CLIP and Fashion-MNIST; it knows no assignment, no check and no grade.

assets        models and data, found and fetched; environment: how a kernel finds them
reference     the grader's own model: embeddings, similarities, accuracies
expected      what right work gives, as checks ask for it
grader        what the engine asks of an assignment that uses this library
stand_ins     which models a notebook names, and what it finds in their place
preparing     what a kernel runs before the first cell; startup: its text
prompt_sets   the class names, and prompts
features      features of the data set's own images, computed once a machine
accuracy      the accuracy run; compare: several of them side by side; command: `autograder accuracy`
small_clip    the small model that lies beside the code, and how it was trained
"""
