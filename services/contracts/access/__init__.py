"""Whose contracts and receivables somebody may see."""
