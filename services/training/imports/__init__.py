"""Imports 历史导入: what people completed before the suite knew them, with its evidence."""
