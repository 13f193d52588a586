"""Interim holds 临时暂缓: two people put them on and take them off."""
