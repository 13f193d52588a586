"""Who was trained when, as it was known when: a projection of training's own log, with both times."""
