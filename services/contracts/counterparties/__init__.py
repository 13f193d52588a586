"""Counterparties 交易对方: hospitals, institutes and distributors."""
