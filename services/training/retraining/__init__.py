"""Retraining 重训: asking those who are certified to take a new version of their course."""
