"""The same decisions for everybody at once: one packed mask a person, by the database."""
