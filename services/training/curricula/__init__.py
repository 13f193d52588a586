"""Curricula 学习路径: which courses an audience has to take, in which order, and by when."""
