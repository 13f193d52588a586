"""Courses 课程: what is taught and asked, in versions that never change once they are published."""
