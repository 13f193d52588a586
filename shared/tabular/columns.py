"""Which column holds what: headings in Chinese or English, in any order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.core.errors import InvalidInput
from shared.core.text import N_, Message


@dataclass(frozen=True)
class Field:
    """A column that a file may have: `aliases` are its headings, compared without case, spaces or marks."""

    name: str
    aliases: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row: its number as a spreadsheet shows it, the field, and the reason."""

    row: int
    field: str
    message: Message


def match_columns(headers: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    """Return the column index of each field found; headings that no field claims are left alone.

    Raises InvalidInput that names every heading that is missing or stands twice.
    """
    wanted = {_plain(alias): field for field in fields for alias in (field.name, *field.aliases)}
    found: dict[str, int] = {}
    problems: list[Message] = []
    for index, heading in enumerate(headers):
        field = wanted.get(_plain(heading))
        if field is None:
            continue
        if field.name in found:
            problems.append(N_("The column “%(name)s” stands there twice", name=heading))
        found.setdefault(field.name, index)
    for field in fields:
        if field.required and field.name not in found:
            problems.append(
                N_("The column “%(name)s” is missing", name=field.aliases[0] if field.aliases else field.name)
            )
    if problems:
        raise InvalidInput(N_("The columns of the file are not as expected"), fields={"file": problems})
    return found


def _plain(heading: str) -> str:
    return re.sub(r"[\s_\-（）()*:：.。/]+", "", heading).casefold()
