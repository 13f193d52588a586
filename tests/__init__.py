"""Tests mirror the tree of the product; tests/suite holds what must be true of every service."""
