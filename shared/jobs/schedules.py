"""When something is to be done again and again, in the company's time zone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from huey import crontab

from shared.core.zones import COMPANY_ZONE

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Schedule:
    """A job of `kind` at each matching minute: "*", "*/15", "0", "8-18", "1,15" (Sunday is 0).

    Raises ValueError for a field that is none of these.
    """

    kind: str
    minute: str = "*"
    hour: str = "*"
    day: str = "*"
    month: str = "*"
    day_of_week: str = "*"
    payload: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        self._matcher()

    def latest(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last matching minute later than `after` and not later than `until`, or None."""
        matches = self._matcher()
        minute = floor_to_minute(until)
        while minute > after:
            if matches(minute.astimezone(COMPANY_ZONE)):
                return minute
            minute -= _MINUTE
        return None

    def _matcher(self) -> Callable[[datetime], bool]:
        made = crontab(self.minute, self.hour, self.day, self.month, self.day_of_week, strict=True)
        return cast("Callable[[datetime], bool]", made)


def floor_to_minute(instant: datetime) -> datetime:
    """Return the beginning of the minute."""
    return instant.replace(second=0, microsecond=0)
