"""Columns of a roster file and what stands in their cells: read strictly, written so that it reads back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from shared.core.text import LOCALES, N_, LocalizedText, Message
from shared.messages.people import PersonSnapshot, Position, ProductLine, Region
from shared.tabular import Field, RowError, parse_day

Word = TypeVar("Word", Position, Region, ProductLine)

_BETWEEN = re.compile(r"[,;，；、|/]+")
_SEPARATOR = {"zh": "、", "en": "; "}


@dataclass(frozen=True)
class Column:
    """A column: its field, its heading in both languages, and what else it may be called."""

    field: str
    heading: LocalizedText
    aliases: tuple[str, ...] = ()
    required: bool = False


# What people download has these columns in this order, so that it can be uploaded again.
COLUMNS = (
    Column("employee_no", LocalizedText("工号", "Employee number"), ("员工编号", "Employee no"), True),
    Column("name", LocalizedText("姓名", "Name"), ("员工姓名", "Full name"), True),
    Column("email", LocalizedText("邮箱", "Email"), ("电子邮箱", "邮件", "E-mail", "Mail")),
    Column("hired_on", LocalizedText("入职日期", "Hire date"), ("入职时间", "Hired on"), True),
    Column("left_on", LocalizedText("最后工作日", "Last day worked"), ("离职日期", "Leaving date")),
    Column("position", LocalizedText("岗位", "Position"), ("职位", "职务"), True),
    Column("since", LocalizedText("任职起始日", "In assignment since"), ("生效日期", "Effective from")),
    Column("org_unit", LocalizedText("部门", "Org unit"), ("组织", "组织单元", "Department", "Unit")),
    Column("region", LocalizedText("大区", "Region"), ("区域", "地区")),
    Column("product_lines", LocalizedText("产品线", "Product lines"), ("Product line",)),
    Column("manager", LocalizedText("上级工号", "Manager number"), ("直属上级工号", "Manager no")),
    Column("tags", LocalizedText("标签", "Tags"), ("Tag",)),
)
FIELDS = tuple(
    Field(one.field, (one.heading.zh, one.heading.en, *one.aliases), one.required) for one in COLUMNS
)
HEADINGS = {one.field: one.heading for one in COLUMNS}

SAMPLES = (
    ("S0001", LocalizedText("陈立新", "Chen Lixin"), "2019-04-01", Position.DISTRICT_MANAGER, ""),
    ("S0002", LocalizedText("欧阳喆", "Ouyang Zhe"), "2024-07-15", Position.REP, "S0001"),
)


class _UnreadableError(Exception):
    """A cell that cannot be what its column says; carries the sentence for the person."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def read_values(row: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[RowError]]:
    """Return a row's cells as values (dates, codes, sorted tuples; None where empty), and what is wrong.

    Only the columns that the file has are among the values.
    """
    values: dict[str, Any] = {}
    wrong: list[RowError] = []
    for field, text in cells.items():
        try:
            values[field] = _READERS[field](text)
        except _UnreadableError as error:
            wrong.append(RowError(row, field, error.message))
    return values, wrong


def cells_of(person: PersonSnapshot, since: date, manager_no: str, locale: str) -> list[Any]:
    """Return somebody as a row of COLUMNS, in words of `locale`."""
    lines = [ProductLine(code).label.pick(locale) for code in person.product_lines]
    separator = _SEPARATOR[locale]
    return [
        person.employee_no,
        person.name,
        person.email,
        person.hired_on,
        person.left_on,
        Position(person.position).label.pick(locale),
        since,
        person.org_unit,
        Region(person.region).label.pick(locale) if person.region else "",
        separator.join(lines),
        manager_no,
        separator.join(person.tags),
    ]


def headings(locale: str) -> list[str]:
    """Return the headings of COLUMNS in `locale`."""
    return [one.heading.pick(locale) for one in COLUMNS]


def sample_rows(locale: str) -> list[list[str]]:
    """Return the rows of a file that shows how it is done: a manager and somebody who reports to them."""
    return [
        [
            number,
            name.pick(locale),
            f"{number.lower()}@example.com",
            hired,
            "",
            position.label.pick(locale),
            hired,
            "华东销售一部" if locale == "zh" else "East sales 1",
            Region.EAST.label.pick(locale),
            ProductLine.CONSUMABLES.label.pick(locale),
            manager,
            "",
        ]
        for number, name, hired, position, manager in SAMPLES
    ]


def say_value(field: str, value: Any, locale: str) -> str:
    """Return a field's value as a person reads it."""
    match value:
        case None:
            return ""
        case Position() | Region():
            return value.label.pick(locale)
        case date():
            return value.isoformat()
        case tuple():
            words = [
                ProductLine(one).label.pick(locale) if field == "product_lines" else one for one in value
            ]
            return _SEPARATOR[locale].join(words)
        case _:
            return str(value)


def _text(text: str) -> str:
    return " ".join(text.split())


def _day(text: str) -> date | None:
    if not text:
        return None
    day = parse_day(text)
    if day is None:
        raise _UnreadableError(N_("“%(value)s” is not a date; write it like 2026-03-01", value=text[:30]))
    return day


def _word(kind: type[Word], message: Message) -> Callable[[str], Word | None]:
    known: dict[str, Word] = {}
    for one in kind:
        known |= {_plain(one.value): one, **{_plain(one.label.pick(locale)): one for locale in LOCALES}}

    def read(text: str) -> Word | None:
        if not text:
            return None
        found = known.get(_plain(text))
        if found is None:
            raise _UnreadableError(Message(message.msgid, {"value": text[:40]}))
        return found

    return read


def _words(read: Callable[[str], StrEnum | None]) -> Callable[[str], tuple[str, ...]]:
    def read_all(text: str) -> tuple[str, ...]:
        found = (read(part.strip()) for part in _BETWEEN.split(text))
        return tuple(sorted({one.value for one in found if one is not None}))

    return read_all


def _tags(text: str) -> tuple[str, ...]:
    return tuple(sorted({part.strip() for part in _BETWEEN.split(text) if part.strip()}))


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-]+", "", text).casefold()


_READERS: dict[str, Callable[[str], Any]] = {
    "employee_no": _text,
    "name": _text,
    "email": _text,
    "hired_on": _day,
    "left_on": _day,
    "position": _word(Position, N_("“%(value)s” is not a position")),
    "since": _day,
    "org_unit": _text,
    "region": _word(Region, N_("“%(value)s” is not a region")),
    "product_lines": _words(_word(ProductLine, N_("“%(value)s” is not a product line"))),
    "manager": _text,
    "tags": _tags,
}
