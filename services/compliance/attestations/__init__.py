"""Attestations 合规承诺: campaigns, who was asked, who signed what text."""
