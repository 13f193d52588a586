"""Accounts 账号: signing in, languages, roles, and what keeps guessers out."""
