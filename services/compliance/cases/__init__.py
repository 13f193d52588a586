"""Red-line cases 红线事件: who may see which, how they move, what was written in them."""
