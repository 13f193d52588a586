"""Sittings: questions drawn for one person, answers saved as they are given, graded here."""
