"""Printing many certificates anew after a design has changed."""
