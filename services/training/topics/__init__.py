"""The topics of the question bank, as pages."""
