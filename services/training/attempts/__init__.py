"""Attempts 学习记录: reading a course, answering its questions, and what comes of it."""
