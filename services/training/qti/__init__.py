"""Questions as QTI 2.1 items: the subset that our six kinds need."""
