"""The gated file: in the layout that came in, with what was decided beside each line."""
