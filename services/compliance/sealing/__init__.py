"""Sealing: what a confidential row shows of itself to whoever exports the log."""
