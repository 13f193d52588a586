"""Certificates 证书: what was earned, until when it counts, and a PDF that stays as it was issued."""
