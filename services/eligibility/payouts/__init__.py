"""Payout runs: a payroll file in, a gated file out."""
