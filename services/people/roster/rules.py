"""What makes a sound roster: names, dates, assignments, and managers without circles."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, TypeVar

from shared.core.errors import InvalidInput
from shared.core.text import N_, Message
from shared.messages.people import Position, Region

Key = TypeVar("Key")

# Somebody may be put on the roster this long before their first day; further ahead is a slip of the pen.
HIRED_AHEAD = timedelta(days=180)
LEFT_AHEAD = timedelta(days=366)
EARLIEST = date(1960, 1, 1)
MOST_TAGS = 12
# What a spreadsheet would take for a formula (OWASP, "CSV Injection") is not the name of anything.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_EMPLOYEE_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_EMAIL = re.compile(r"\w[^@\s,;<>\"|]{0,99}@[^@\s,;<>\"|]{1,60}\.[^@\s,;<>\"|.]{1,30}")
_TAG = re.compile(r"\w[\w.-]{0,29}")


@dataclass(frozen=True)
class Facts:
    """What is true of a person apart from their assignment; `tags` are sorted."""

    employee_no: str
    name: str
    hired_on: date
    email: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Post:
    """What an assignment says; `product_lines` are sorted codes; `manager` is an id, or a number in files."""

    position: Position
    org_unit: str = ""
    region: Region | None = None
    product_lines: tuple[str, ...] = ()
    manager: Any = None


def problems_of(facts: Facts, post: Post, today: date) -> dict[str, list[Message]]:
    """Return what is wrong with somebody, by field; empty when nothing is."""
    found: dict[str, list[Message]] = {}

    def refuse(field: str, message: Message) -> None:
        found.setdefault(field, []).append(message)

    if not _EMPLOYEE_NO.fullmatch(facts.employee_no):
        refuse("employee_no", N_("An employee number has 1 to 40 letters, digits, dots, dashes or slashes"))
    for field, text, most in (("name", facts.name, 80), ("org_unit", post.org_unit, 80)):
        for message in _problems_of_text(text, most):
            refuse(field, message)
    if not facts.name:
        refuse("name", N_("The name is missing"))
    if facts.email and not _EMAIL.fullmatch(facts.email):
        refuse("email", N_("“%(value)s” is not an email address", value=facts.email[:60]))
    if any(not _TAG.fullmatch(tag) for tag in facts.tags) or len(facts.tags) > MOST_TAGS:
        refuse("tags", N_("Tags are at most 12 words of at most 30 letters, digits, dots or dashes"))
    if facts.hired_on < EARLIEST or facts.hired_on > today + HIRED_AHEAD:
        refuse("hired_on", N_("The hire date %(day)s is not plausible", day=facts.hired_on.isoformat()))
    if post.position.sells_in_a_region and post.region is None:
        refuse("region", N_("A person in this position needs a region"))
    return found


def problem_of_leaving(hired_on: date, left_on: date, today: date) -> Message | None:
    """Return what is wrong with a last day worked, if anything."""
    if left_on < hired_on:
        return N_("The last day worked is before the hire date")
    if left_on > today + LEFT_AHEAD:
        return N_("The last day worked %(day)s is more than a year ahead", day=left_on.isoformat())
    return None


def problem_of_start(since: date, *, hired_on: date, current: date | None, today: date) -> Message | None:
    """Return what is wrong with the first day of a new assignment; `current` began the present one."""
    if since < hired_on:
        return N_("The assignment begins before the hire date")
    if current is not None and since < current:
        return N_("The assignment begins before the present one (%(day)s)", day=current.isoformat())
    if since > max(today, hired_on):
        return N_("A change of assignment cannot begin in the future")
    return None


def problem_of_hire_date(before: date, after: date, assigned_since: date) -> Message | None:
    """Return why a hire date cannot be corrected: assignments must not begin before it."""
    if after > before and assigned_since != before and after > assigned_since:
        return N_("The hire date cannot be moved beyond the present assignment, which began earlier")
    return None


def refuse(found: Mapping[str, list[Message]]) -> None:
    """Raise InvalidInput when there is anything to correct."""
    if found:
        raise InvalidInput(N_("Some of the person's details are not acceptable"), fields=found)


def circles_of(manager_of: Mapping[Key, Key | None]) -> list[tuple[Key, ...]]:
    """Return every circle of people who report to each other, each once, in order of who reports to whom."""
    done: set[Key] = set()
    circles = []
    for start in manager_of:
        path: dict[Key, int] = {}
        here: Key | None = start
        while here is not None and here not in done and here not in path:
            path[here] = len(path)
            here = manager_of.get(here)
        if here is not None and here in path:
            circles.append(tuple(list(path)[path[here] :]))
        done.update(path)
    return circles


def changed_fields(before: Facts | Post, after: Facts | Post) -> tuple[str, ...]:
    """Return the names of the fields in which the two differ."""
    return tuple(
        part.name for part in fields(before) if getattr(before, part.name) != getattr(after, part.name)
    )


def name_key(name: str) -> str:
    """Return a text that sorts like the name does in Chinese, on any database.

    GB 18030 keeps the order of GB 2312, whose common characters stand in the order of their pinyin; rarer ones
    come after them. Neither database is asked for a collation, which not every build of PostgreSQL has.
    """
    return "".join(_character_key(char) for char in name.casefold()[:80])[:320]


def _character_key(char: str) -> str:
    code = char.encode("gb18030", errors="replace")
    common = len(code) == 1 or (len(code) == 2 and 0xB0 <= code[0] <= 0xF7 and code[1] >= 0xA1)
    return code.hex() if common else f"ff{code.hex()}"


def sorted_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return codes in the one order in which they are stored."""
    return tuple(sorted(set(codes)))


def _problems_of_text(text: str, most: int) -> Iterable[Message]:
    if len(text) > most:
        yield N_("At most %(n)s characters.", n=most)
    if text.startswith(_FORMULA):
        yield N_("“%(value)s” begins like a formula", value=text[:40])
    if text != text.strip() or any(_is_invisible(char) for char in text):
        yield N_("This text holds characters that cannot be seen")


def _is_invisible(char: str) -> bool:
    """Controls, format characters, halves of surrogates, odd spaces; not private-use characters of names."""
    return char != " " and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
