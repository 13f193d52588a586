"""Equivalent courses: letting one course stand in for another, also for who has completed it already."""
