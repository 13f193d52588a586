"""The whole product in a real Chromium, as each person uses it."""
