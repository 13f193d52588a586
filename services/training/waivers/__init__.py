"""Waivers 免修, exemptions 豁免 and equivalent courses: what counts in a course's stead, and until when."""
