"""The hidden checks: `test_<name>.py` for the graded cell `check_<name>`, and what these modules share."""
