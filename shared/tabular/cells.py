"""What people write into cells."""

import re
from datetime import date

_DAY = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?: 00:00(?::00)?)?|(\d{4})(\d\d)(\d\d)"
)


def parse_day(text: str) -> date | None:
    """Return the day that a cell names (2026-03-01, 2026/3/1, 2026年3月1日, 20260301), or None for anything else."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part is not None))
    except ValueError:
        return None
