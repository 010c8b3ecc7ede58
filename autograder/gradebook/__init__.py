"""What nbgrader's gradebook holds besides points.

hand_grades     what a person has given or must look at; it outlives grading again
late_penalties  nbgrader's late-submission plugin, renewed when points change
rows            rows of its tables, as data
recorded_grades grades read from its tables, without loading nbgrader
ungraded        what it says of a submission that could not be graded
"""
