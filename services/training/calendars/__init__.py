"""Sessions in people's own calendars (RFC 5545)."""
