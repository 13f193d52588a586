"""The demo company: a medical-device maker made up from a seed, the same every time."""

from shared.demo.company import DEMO_PASSWORD, DemoCompany, DemoCustomer, DemoPerson, Move

__all__ = ["DEMO_PASSWORD", "DemoCompany", "DemoCustomer", "DemoPerson", "Move"]
