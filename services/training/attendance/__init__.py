"""Attendance 签到: the roll, the code on the screen, and what it completes."""
