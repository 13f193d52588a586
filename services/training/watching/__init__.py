"""Watching 观看: the videos of a course, and what of them was really played."""
