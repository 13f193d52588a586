"""Files that contracts are made of: what they are by their content, and where their bytes are kept."""
