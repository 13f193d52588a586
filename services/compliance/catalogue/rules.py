"""Severity, effect on pay, and finding a category by words."""

from collections.abc import Iterable
from enum import StrEnum

from shared.core.text import N_, LocalizedText, Message


class Severity(StrEnum):
    """How grave a red line is; S1 is the worst."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _SEVERITY_LABELS[self]


class PayEffect(StrEnum):
    """What a category ordinarily does to incentive pay once it is found to be so."""

    HOLD = "hold"
    FORFEIT = "forfeit"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _EFFECT_LABELS[self]


_SEVERITY_LABELS = {
    Severity.S1: N_("S1 · most serious"),
    Severity.S2: N_("S2 · serious"),
    Severity.S3: N_("S3 · minor"),
}
_EFFECT_LABELS = {
    PayEffect.HOLD: N_("Incentive held until it is settled"),
    PayEffect.FORFEIT: N_("Incentive of the period forfeited"),
}


def mentions(texts: Iterable[LocalizedText], search: str) -> bool:
    """Say whether every word of `search` occurs somewhere in the texts, in either language."""
    whole = "\n".join(f"{text.zh}\n{text.en}" for text in texts).casefold()
    return all(word in whole for word in search.casefold().split())
