"""Certification periods 认证周期: how long what somebody earned counts, and when it is to be renewed."""
