"""Pay periods: a month, a quarter, a half year or a year, written 2026-03, 2026-Q3, 2026-H1, 2026."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from shared.core.errors import InvalidInput
from shared.core.text import N_
from shared.core.zones import start_of_day

_SHAPE = re.compile(r"(?P<year>20\d\d)(-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")


@dataclass(frozen=True)
class Period:
    """Half-open in instants: `start` is inside, `end` is the first instant after it."""

    code: str
    first_day: date
    next_day: date

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Read a period's code; raise InvalidInput for anything that is not one."""
        found = _SHAPE.fullmatch(code.strip().upper()) if code.isascii() else None
        if found is None:
            raise InvalidInput(
                N_("“%(value)s” is not a period; write 2026-03, 2026-Q3, 2026-H1 or 2026", value=code[:20])
            )
        year = int(found["year"])
        if found["month"]:
            first, months = int(found["month"]), 1
        elif found["quarter"]:
            first, months = 3 * int(found["quarter"]) - 2, 3
        elif found["half"]:
            first, months = 6 * int(found["half"]) - 5, 6
        else:
            first, months = 1, 12
        after = first + months
        return cls(found.group(0), date(year, first, 1), date(year + after // 13, (after - 1) % 12 + 1, 1))

    @property
    def start(self) -> datetime:
        """The first instant of the period, in UTC."""
        return start_of_day(self.first_day)

    @property
    def end(self) -> datetime:
        """The first instant after the period, in UTC."""
        return start_of_day(self.next_day)
