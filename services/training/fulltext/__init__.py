"""Full text: finding what is written, in Chinese and English, the same on both engines."""
