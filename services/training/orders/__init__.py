"""Assigning by file: a table of people, courses and days, looked at before it is done."""
