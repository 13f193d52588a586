"""The player 学习页面: going through one's own assignment part by part, page by page."""
