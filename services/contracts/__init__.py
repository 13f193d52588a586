"""Contracts 合同: reviewed before signed, watched until paid."""
