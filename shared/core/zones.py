"""The company's calendar: dates are days in its time zone, instants are UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


def start_of_day(day: date) -> datetime:
    """Return the instant at which `day` begins in the company's zone, in UTC."""
    return datetime.combine(day, time.min, COMPANY_ZONE).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the instant at which `day` is over: something due on a day is overdue from here on."""
    return start_of_day(day + timedelta(days=1))


def local_date(instant: datetime) -> date:
    """Return the calendar day on which `instant` falls for the company."""
    return instant.astimezone(COMPANY_ZONE).date()
