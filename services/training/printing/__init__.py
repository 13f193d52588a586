"""Certificates on paper: drawn from a design, signed, frozen; and what a file that somebody holds is worth."""
