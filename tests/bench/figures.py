"""What a benchmark returns, and taking turns so that whatever else the machine does meets both sides alike."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Timed = Callable[[], float]


@dataclass(frozen=True)
class Figure:
    """`ours` and `bare` in `unit`, where more is better; `ratio` is ours to bare, `target` what it has to reach.

    `bare` None: the target is a figure in `unit` by itself.
    """

    name: str
    unit: str
    ours: float
    bare: float | None
    target: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """What is held against the target."""
        return self.ours / self.bare if self.bare is not None else self.ours

    @property
    def reached(self) -> bool:
        """Whether the target is reached."""
        return self.ratio >= self.target


def rates(bare: Timed, ours: Timed, rounds: int) -> tuple[float, float]:
    """Return the median rates of both sides, which take turns; each call returns its own rate."""
    pairs = [(bare(), ours()) for _ in range(rounds)]
    return median(one for one, _ in pairs), median(other for _, other in pairs)
