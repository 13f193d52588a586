"""Pairing: who would be a good mentor for whom, who looks after them, and what follows when one leaves."""
