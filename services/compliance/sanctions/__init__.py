"""Sanctions 处分: incentive given up for named periods, approved by a second person."""
