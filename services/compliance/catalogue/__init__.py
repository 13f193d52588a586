"""The red-line catalogue 红线目录 and the handbook made from it."""
