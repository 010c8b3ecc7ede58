"""The grader: see the README for its commands, and each package for its part."""
