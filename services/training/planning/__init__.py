"""Planning sessions: the trainer's list and the editor."""
