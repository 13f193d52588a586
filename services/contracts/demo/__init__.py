"""The demo company's contracts and receivables: a year of them, in all states, with work for today."""

from services.contracts.demo.loading import load_demo

__all__ = ["load_demo"]
