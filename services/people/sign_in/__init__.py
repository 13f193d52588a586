"""Signing in and out: passwords checked, guessers slowed down, languages remembered."""
