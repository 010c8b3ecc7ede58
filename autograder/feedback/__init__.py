"""What students read: judgements and findings in a notebook's cells, and the page that is made of it.

cells              a judgement at its graded cell, and what is told above the first one
overview           points by section, and each mistake once, on top of the page
pages              what of a notebook may reach a browser; page_names are intake's
markup             a student's text, escaped or cleaned
examples           a smallest example, in lines
formulas, highlighting    mathematics and code of a page
reference_answers  the course's own answers, for formgrader
outdated_feedback  pages that are older than the grade
scores             nbgrader's own templates, telling "not graded" from 0
"""
