"""Sanctions: that one was proposed and decided; never against whom."""

from dataclasses import dataclass

from shared.messages.base import message


@message("compliance.sanction.proposed.v1")
@dataclass(frozen=True)
class SanctionProposed:
    """A sanction waits for a second person."""


@message("compliance.sanction.approved.v1")
@dataclass(frozen=True)
class SanctionApproved:
    """A second person approved the sanction."""


@message("compliance.sanction.refused.v1")
@dataclass(frozen=True)
class SanctionRefused:
    """A second person refused the sanction."""


@message("compliance.sanction.withdrawn.v1")
@dataclass(frozen=True)
class SanctionWithdrawn:
    """Whoever proposed the sanction took it back."""
