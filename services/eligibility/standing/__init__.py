"""Where somebody stands now, what holds it, what cures it, and what is coming."""
