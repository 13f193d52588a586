"""The roster as a spreadsheet: its columns and the words in its cells, read and written alike."""
