"""What plain nbgrader uses of this kit; `nbgrader_config.py` names it.

preprocessors  the steps of `nbgrader generate_assignment` and `autograde`
judged_run     one submission: run in a kernel, judged, and written down
run_options    how, as the configuration says it
"""
