"""Assigning: asking courses of people by hand, many at once, and from files."""
