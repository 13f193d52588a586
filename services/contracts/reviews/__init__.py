"""Reviews 评审: rounds bound to one text, their steps, and who decides them."""
