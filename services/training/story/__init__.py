"""The story of an assignment: all that happened to it, from whoever asked to how it ended."""
