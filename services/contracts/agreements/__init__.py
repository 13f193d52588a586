"""Agreements: contracts, their versions, and which text is approved."""
