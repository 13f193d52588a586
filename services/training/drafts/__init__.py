"""Drafts 草稿: writing a course's next version part by part, and the end of a course."""
