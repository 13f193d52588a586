"""How values look to people, in the language and the time zone of the reader."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from babel.numbers import format_currency, format_decimal, format_percent
from flask_babel import format_date, format_datetime
from flask_babel import get_locale as _locale

from shared.core.canonical import instant_text
from shared.core.money import Money
from shared.core.text import LocalizedText
from shared.core.zones import local_date
from shared.web.context import now
from shared.web.i18n import locale_code

STATIC = Path(__file__).parent / "static"


def money(minor: int | None, currency: str = "CNY") -> str:
    """¥1,234.50: exact, in the language's form."""
    if minor is None:
        return "—"
    text = str(format_currency(Money(minor, currency).decimal, currency, locale=_locale() or "zh"))
    return text.replace("CN¥", "¥")  # Unmistakable here, and what the Chinese pages show.


def day(value: date | None) -> str:
    """A calendar day."""
    return "—" if value is None else str(format_date(value, "medium"))


def moment(value: datetime | None) -> str:
    """An instant in the company's time zone."""
    return "—" if value is None else str(format_datetime(value, "medium"))


def iso(value: datetime | date | None) -> str:
    """The exact machine form, for `datetime=` attributes and tooltips."""
    if value is None:
        return ""
    return instant_text(value) if isinstance(value, datetime) else value.isoformat()


def pick(text: LocalizedText | None) -> str:
    """A text in the reader's language."""
    return "" if text is None else text.pick(locale_code())


def days_until_today(since: datetime) -> int:
    """How many calendar days something lasts by today, the first one counted: overdue since midnight is 1 day."""
    return max(0, (local_date(now()) - local_date(since)).days + 1)


def number(value: int | float | Decimal) -> str:
    """A number with the language's separators."""
    return str(format_decimal(value, locale=_locale() or "zh"))


def percent(value: float) -> str:
    """A share, 0.973 as 97 %."""
    return str(format_percent(value, locale=_locale() or "zh"))


@lru_cache
def static_url(name: str) -> str:
    """The address of one of our files, which changes when its content does, so it can be cached for ever."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


FILTERS = {
    "money": money, "date": day, "datetime": moment, "iso": iso, "pick": pick, "number": number, "percent": percent,
    "days_until_today": days_until_today,
}  # fmt: skip
