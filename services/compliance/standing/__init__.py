"""What compliance tells eligibility about a person, and how little of it."""
