"""Enrolment: applying learning paths to people as they join, move and leave, and as paths begin and end."""
