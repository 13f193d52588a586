"""The contract's page, where everything about one contract comes together."""
