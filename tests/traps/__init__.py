"""Submissions that show what nbgrader must survive; see `edits.py`."""
