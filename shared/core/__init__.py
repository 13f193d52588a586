"""Plain values and rules of the suite: no Flask, no SQLAlchemy, no I/O but settings."""
