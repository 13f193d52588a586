"""Taking back what a certificate says: revoked, or replaced by one whose text is right, each with evidence."""
