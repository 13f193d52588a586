"""Databases: one per service, SQLite or PostgreSQL, one unit of work per request."""
