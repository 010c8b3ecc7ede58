"""The kit's own assignments: a package each, whose `ASSIGNMENT` declares it. The engine finds them by their names."""
