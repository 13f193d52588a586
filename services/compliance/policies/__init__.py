"""Policies 制度: versions in two languages, approved and published by two people."""
