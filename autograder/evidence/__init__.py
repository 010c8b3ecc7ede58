"""What a course keeps so that a grade can be explained and repeated.

record       what has happened in a course, in a file that is only appended to
seeds        the course's secret, and the seed that a submission's hidden inputs are drawn from
graded_with  what a grade rests on: versions, checks, settings, the secret's fingerprint
noted        the same, read from an autograded notebook
"""
