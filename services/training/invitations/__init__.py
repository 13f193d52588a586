"""Invitations 参训邮件: what somebody is told about a session, by mail, with a file for their calendar."""
