"""The team: who has done what, as a matrix of people and requirements."""
