"""The desk: one's own page, with what is due next and what one has earned."""
