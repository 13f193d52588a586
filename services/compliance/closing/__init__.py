"""Closing and reopening a case, once nothing in it is left standing."""
