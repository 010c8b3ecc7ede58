"""Hostile submissions, graded for real and under watch."""
