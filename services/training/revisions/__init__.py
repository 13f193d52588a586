"""Changing learning paths for many people: what a change would do, shown first; then carried out in bulk."""
