"""Roster files: read, previewed against the roster, and applied whole or not at all."""
