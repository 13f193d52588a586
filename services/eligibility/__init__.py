"""Eligibility: whether a person was in good standing for a period, and the payout files gated by it."""
