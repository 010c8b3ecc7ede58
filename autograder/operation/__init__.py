"""What an operator of a course needs: its record, its secret's keeping, backup, restore, forgetting, permissions.

record       what has happened in a course, in a file that is only appended to
evidence     what a grade rests on: versions, settings, the secret's fingerprint
permissions  who may read a course's files
layout       where nbgrader's configuration says that a course's parts are
backup       one file that holds a course, and a course made from it again
traces       where a person is found in a course
forget       how a person is removed from there
"""
