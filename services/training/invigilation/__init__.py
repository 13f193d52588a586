"""Who sat which assessment, for those who look after them; a trainer may let a sitting not count."""
