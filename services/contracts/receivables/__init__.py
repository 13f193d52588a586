"""Receivables 应收款: what is owed, by when, who collects it, and what came in."""
