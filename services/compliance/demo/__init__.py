"""The demo company's compliance: a year of it, the same every time, with something to do today."""

from services.compliance.demo.loading import load_demo

__all__ = ["load_demo"]
