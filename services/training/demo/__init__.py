"""A year of training at the demo company: everybody's assignments, completions and certificates."""

from services.training.demo.loading import load_demo

__all__ = ["load_demo"]
