"""Who may see how much of a decision; the causes that stay confidential stay so here, and nowhere else."""
