"""Careers 职业发展: the ladder of positions, what each step asks for, who is ready, and requests for a promotion."""
