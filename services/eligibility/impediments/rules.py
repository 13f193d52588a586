"""What a statement becomes, and what it means to know something at a position: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.core.errors import InvalidInput
from shared.core.intervals import Interval, union
from shared.core.text import N_, LocalizedText
from shared.messages.standing import ImpedimentStated

# The logs that eligibility follows; a known-at has a position for each.
SOURCES = ("people", "training", "compliance", "contracts")
NO_TEXT = LocalizedText("", "")
# The position of a log of which nothing is known.
NOTHING = -1

KnownAt = Mapping[str, int]


@dataclass(frozen=True)
class Kind:
    """A kind of impediment that policies may name. Kinds that are not registered are kept, and hold nobody."""

    source: str
    code: str
    label: LocalizedText


KINDS: Mapping[tuple[str, str], Kind] = {
    (one.source, one.code): one
    for one in (
        Kind("training", "training_overdue", LocalizedText("培训逾期", "Training overdue")),
        Kind("training", "certificate_expired", LocalizedText("证书过期", "Certificate expired")),
        Kind("compliance", "attestation_overdue", LocalizedText("承诺逾期", "Attestation overdue")),
        Kind("compliance", "conduct_hold", LocalizedText("行为暂缓", "Conduct hold")),
        Kind("compliance", "conduct_forfeit", LocalizedText("行为取消", "Conduct forfeiture")),
        Kind("contracts", "contract_unapproved", LocalizedText("合同未批准", "Contract not approved")),
        Kind("contracts", "receivable_overdue", LocalizedText("应收逾期", "Receivable overdue")),
    )
}


@dataclass(frozen=True)
class Fact:
    """One interval of an impediment as one statement had it. Its identity is (source, known_from, ordinal):
    the position of the statement and the place of the interval in it, the same after every rebuild."""

    source: str
    known_from: int
    ordinal: int
    known_to: int | None
    person_id: UUID
    kind: str
    reference: str
    valid_from: datetime
    valid_until: datetime | None
    severity: str = ""
    tags: tuple[str, ...] = ()
    amount_minor: int | None = None
    currency: str | None = None
    title: LocalizedText = NO_TEXT
    cure_url: str = ""


@dataclass(frozen=True)
class CoverageFact:
    """A feeder reports on these kinds of a person from `valid_from` on."""

    source: str
    known_from: int
    known_to: int | None
    person_id: UUID
    kinds: tuple[str, ...]
    valid_from: datetime


@dataclass(frozen=True)
class PersonFact:
    """What a policy's audience asks about a person, as people's log had it (codes between bars, as there)."""

    known_from: int
    known_to: int | None
    person_id: UUID
    position: str
    region: str
    product_lines: str
    tags: str
    hired_on: date


def is_known(fact: Fact | CoverageFact | PersonFact, position: int) -> bool:
    """Say whether a fact was known, and not yet replaced, when its log had been read up to `position`."""
    return fact.known_from <= position and (fact.known_to is None or fact.known_to > position)


def stated_intervals(message: ImpedimentStated) -> list[Interval]:
    """Return the statement's intervals, sorted, without overlaps.

    Raises InvalidInput when one ends before it begins: the feed then stops there and says so, because a
    statement that cannot be understood may be the one that holds somebody.
    """
    try:
        return union(Interval(one.start, one.until) for one in message.intervals)
    except ValueError as error:
        raise InvalidInput(
            N_("A statement about %(kind)s has an interval that ends before it begins", kind=message.kind)
        ) from error


def lasting(interval: Interval) -> int | None:
    """Return how long an interval lasts in microseconds; None when it has no end."""
    return None if interval.end is None else (interval.end - interval.start) // timedelta(microseconds=1)


def bars(codes: tuple[str, ...]) -> str:
    """Write codes as |a|b| in alphabetical order, so that one can be found with LIKE '%|a|%'."""
    return f"|{'|'.join(sorted(set(codes)))}|" if codes else ""


def unbar(text: str) -> tuple[str, ...]:
    """Read |a|b| back."""
    return tuple(part for part in text.split("|") if part)
