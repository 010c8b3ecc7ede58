"""What instructors read after grading.

class_report  the gradebook and the autograded notebooks, as data
pages         the same as text and as a page
status        what became of each submission
harmless      text that no spreadsheet takes for a formula
handed_in     what was handed in against what was declared; comments to students
export        grades as a table, telling states from points
"""
