"""Assignments 学习任务: who has to take which course by when, and how that ends."""
