"""Reports: completion, what is overdue, what runs out, and what training costs in hours."""
