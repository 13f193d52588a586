"""One person's decision, asked for and answered as far as the asker may see."""
