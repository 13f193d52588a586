"""People 人员: who is in the sales organisation, and how they sign in."""
