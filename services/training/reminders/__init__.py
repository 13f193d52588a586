"""Reminders: told before and after a due date, and never twice for the same thing."""
