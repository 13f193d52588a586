"""Mentorships from a file: read what each line comes to, then do it; the same file again changes nothing."""
