"""Mentorships 导师制: a plan by week, what the two note, joint visits, and the sign-off."""
