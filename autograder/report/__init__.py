"""What instructors read after grading.

class_report  the gradebook and the autograded notebooks, as data
pages         the same as text and as a page
status        what became of each submission
harmless      text that no spreadsheet takes for a formula
export        grades as a table, telling states from points
"""
