"""Feedback after a session: ratings and a comment, shown only when there are enough of them."""
