"""What stands between a submission's folder and the grader: nothing of it is trusted, and nothing of it is lost.

findings    what was found, in words for student and instructor
folder      links, special files and too much of anything are set aside, before nbgrader copies the folder
reading     bytes to a notebook that is valid by construction, whatever they are
candidates  which notebook is meant, where it is not simply the one of the name that was given
submission  all of them together: a folder in, a notebook to grade and the findings out
exporter    the same for plain `nbgrader autograde`, which names it as its exporter
page_names  what feedback pages are called, and that nothing of the student's stands in their place
names       what a student's folder may be called
collecting  `nbgrader zip_collect`, with limits; claims: whose a file is; archives: what is in a zip or tar
exchange    `nbgrader collect`; copying: a folder that may change while it is copied
"""
