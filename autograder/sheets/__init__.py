"""Grades and feedback pages into what a learning platform takes back: its own sheet, its own names.

reading       a sheet as cells and as the bytes that they came from, so that all but what is filled stays as it was
numbers       points as exact decimals, with the sheet's own decimal mark
target        what is known of a sheet: the column of the grades, and one entry a row
canvas        the sheet that Canvas exports, and what its importer does with each row
moodle        likewise Moodle's grading worksheet
brightspace   likewise Brightspace's export of points
recognise     which of the three a sheet is
roster        whose a row is
grades        the class report's scores, as plain data
filling       the plan: what becomes of each row
downloaded    the names that a platform gave out with the submissions
feedback_zip  feedback pages under these names
command       `autograder export`

What the three importers do is written down in docs/grades_out.md.
"""
