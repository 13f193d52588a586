"""Notices 通知: what somebody is told about their training, in the suite and once a day by mail."""
