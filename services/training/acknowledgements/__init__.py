"""Acknowledgements 阅读确认: “read and understood”, signed with the password."""
