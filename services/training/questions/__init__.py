"""The question bank: topics, questions in six kinds, and their revisions, none of which ever changes."""
