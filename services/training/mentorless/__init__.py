"""Nobody is forgotten: who is to learn with a mentor and has none as the day comes near is told of, once."""
