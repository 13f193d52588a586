"""Audience 适用范围: a rule that selects people, the same wherever people are selected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from shared.core.errors import InvalidInput
from shared.core.text import N_
from shared.directory.models import DirectoryPerson, unbarred


@dataclass(frozen=True)
class Audience:
    """Every condition that is set must hold; within one condition any value will do. Empty selects everybody."""

    positions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    product_lines: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    hired_from: date | None = None
    hired_until: date | None = None

    def selects(self, person: DirectoryPerson) -> bool:
        """Say whether the rule selects this person."""
        return (
            (not self.positions or person.position in self.positions)
            and (not self.regions or person.region in self.regions)
            and (
                not self.product_lines
                or not set(self.product_lines).isdisjoint(unbarred(person.product_lines))
            )
            and (not self.tags or not set(self.tags).isdisjoint(unbarred(person.tags)))
            and (self.hired_from is None or person.hired_on >= self.hired_from)
            and (self.hired_until is None or person.hired_on <= self.hired_until)
        )

    def where(self) -> ColumnElement[bool]:
        """Return the same rule as a condition on DirectoryPerson."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.positions:
            conditions.append(DirectoryPerson.position.in_(self.positions))
        if self.regions:
            conditions.append(DirectoryPerson.region.in_(self.regions))
        for column, codes in (
            (DirectoryPerson.product_lines, self.product_lines),
            (DirectoryPerson.tags, self.tags),
        ):
            if codes:
                conditions.append(or_(*(column.contains(f"|{code}|", autoescape=True) for code in codes)))
        if self.hired_from is not None:
            conditions.append(DirectoryPerson.hired_on >= self.hired_from)
        if self.hired_until is not None:
            conditions.append(DirectoryPerson.hired_on <= self.hired_until)
        return and_(*conditions)

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored; conditions that are not set are left out."""
        whole: dict[str, Any] = {
            "positions": list(self.positions),
            "regions": list(self.regions),
            "product_lines": list(self.product_lines),
            "tags": list(self.tags),
            "hired_from": self.hired_from.isoformat() if self.hired_from else None,
            "hired_until": self.hired_until.isoformat() if self.hired_until else None,
        }
        return {key: value for key, value in whole.items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Audience":
        """Read it back; raise InvalidInput for a condition that does not exist, which would select too many."""
        unknown = set(stored) - {"positions", "regions", "product_lines", "tags", "hired_from", "hired_until"}
        if unknown:
            raise InvalidInput(N_("An audience has no condition “%(name)s”", name=sorted(unknown)[0]))
        return cls(
            positions=tuple(stored.get("positions", ())),
            regions=tuple(stored.get("regions", ())),
            product_lines=tuple(stored.get("product_lines", ())),
            tags=tuple(stored.get("tags", ())),
            hired_from=date.fromisoformat(stored["hired_from"]) if stored.get("hired_from") else None,
            hired_until=date.fromisoformat(stored["hired_until"]) if stored.get("hired_until") else None,
        )
