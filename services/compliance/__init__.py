"""Compliance 合规: what one may do and must sign, and what happens when somebody crosses a red line."""
