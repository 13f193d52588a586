"""Interim holds: that one was proposed, decided, ended; never whose pay it holds."""

from dataclasses import dataclass

from shared.messages.base import message


@message("compliance.hold.proposed.v1")
@dataclass(frozen=True)
class HoldProposed:
    """An interim hold waits for a second person."""


@message("compliance.hold.approved.v1")
@dataclass(frozen=True)
class HoldApproved:
    """A second person approved; the hold is effective."""


@message("compliance.hold.refused.v1")
@dataclass(frozen=True)
class HoldRefused:
    """A second person refused the proposal."""


@message("compliance.hold.withdrawn.v1")
@dataclass(frozen=True)
class HoldWithdrawn:
    """Whoever proposed it took the proposal back."""


@message("compliance.hold.ending_proposed.v1")
@dataclass(frozen=True)
class HoldEndingProposed:
    """Ending the hold waits for a second person; until then it stands."""


@message("compliance.hold.ended.v1")
@dataclass(frozen=True)
class HoldEnded:
    """A second person approved the ending."""


@message("compliance.hold.kept.v1")
@dataclass(frozen=True)
class HoldKept:
    """The ending was turned down; the hold stands."""
