"""What the figures about a question say. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from shared.core.text import N_

# Below so many answers the figures are chance, and nothing is said about the question.
ENOUGH = 10
TOO_EASY = 0.95
TOO_HARD = 0.25
# R. L. Ebel and D. A. Frisbie, "Essentials of Educational Measurement", 5th ed. (1991), ch. 13: an index of
# discrimination below 0.20 is poor, and one below 0 asks for the question to be looked at.
POOR = 0.20


class Flag(StrEnum):
    """Why a trainer should look at a question."""

    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    NEGATIVE = "negative"
    POOR = "poor"


FLAG_WORDS = {
    Flag.TOO_EASY: N_("Too easy"),
    Flag.TOO_HARD: N_("Too hard"),
    Flag.NEGATIVE: N_("Misleads the able"),
    Flag.POOR: N_("Hardly tells people apart"),
}


@dataclass(frozen=True)
class Sums:
    """What the database adds up over the marks of a question: n, and sums of x (its share), y (the rest)."""

    n: int
    answered: int
    x: int
    y: int
    xx: int
    xy: int
    yy: int


@dataclass(frozen=True)
class ItemFigures:
    """How a question fares.

    `difficulty` is p, the mean share of its points that was earned: 1 means that everybody has it right.
    `discrimination` is the point-biserial correlation of the question with the rest of its sitting, itself left
    out (for questions with partial marks: Pearson's r, of which it is the special case); None where one of the
    two never varies. Source: Crocker and Algina, "Introduction to Classical and Modern Test Theory" (1986),
    ch. 14. `chosen` counts, for each option, who chose it.
    """

    n: int
    answered: int
    difficulty: float
    discrimination: float | None
    chosen: tuple[int, ...] = ()

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What to look at; nothing before there are enough answers."""
        if self.n < ENOUGH:
            return ()
        found = []
        if self.difficulty > TOO_EASY:
            found.append(Flag.TOO_EASY)
        if self.difficulty < TOO_HARD:
            found.append(Flag.TOO_HARD)
        if self.discrimination is not None and self.discrimination < 0:
            found.append(Flag.NEGATIVE)
        elif self.discrimination is not None and self.discrimination < POOR and self.difficulty <= TOO_EASY:
            found.append(Flag.POOR)
        return tuple(found)


def figures_of(sums: Sums, chosen: Sequence[int] = ()) -> ItemFigures:
    """Return the figures for sums of thousandths; there is at least one mark."""
    return ItemFigures(sums.n, sums.answered, sums.x / sums.n / 1000, _correlation(sums), tuple(chosen))


def _correlation(sums: Sums) -> float | None:
    spread_x = sums.n * sums.xx - sums.x * sums.x
    spread_y = sums.n * sums.yy - sums.y * sums.y
    if spread_x <= 0 or spread_y <= 0:
        return None
    return (sums.n * sums.xy - sums.x * sums.y) / sqrt(spread_x) / sqrt(spread_y)
