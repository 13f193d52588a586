"""Ageing 账龄: the page on which finance sees what is owed, by whom and for how long."""
