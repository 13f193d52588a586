"""From events to spans of days on which somebody counts as trained. Pure: an event in, changed spans out.

A day counts when its end is inside: what was done on a day counts on it, a certificate counts on its last valid
day, and what is revoked on a day counts on it no more. A certificate says how long a course counts; a completion
without one counts until a later certificate for the course takes over. Whoever holds several spans is trained on
every day that any of them covers, which is what standing says of them too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, get_args
from uuid import UUID

from services.training.waivers.rules import CreditKind
from shared.core.text import N_
from shared.core.zones import local_date
from shared.messages import type_of
from shared.messages.training import (
    AssignmentCompleted,
    CertificateIssued,
    CertificateRestored,
    CertificateRevoked,
    CertificateSuperseded,
    CompletionImported,
    CompletionTakenBack,
    CreditEnded,
    CreditGiven,
)


class SpanKind(StrEnum):
    """What a span rests on."""

    COMPLETION = "completion"
    CERTIFICATE = "certificate"
    CREDIT = "credit"
    IMPORT = "import"


KIND_WORDS = {
    SpanKind.COMPLETION: N_("Course completed"),
    SpanKind.CERTIFICATE: N_("Certificate"),
    SpanKind.CREDIT: N_("Waiver or equivalent course"),
    SpanKind.IMPORT: N_("Earlier completion"),
}

Fact = (
    AssignmentCompleted
    | CertificateIssued
    | CertificateRevoked
    | CertificateSuperseded
    | CreditGiven
    | CreditEnded
    | CompletionImported
    | CertificateRestored
    | CompletionTakenBack
)
TYPES = frozenset(map(type_of, get_args(Fact)))
# Of whom a course is not required, nothing is known that would make them trained; and what counts because of an
# earlier completion is told by the import itself, which may correct it.
_CREDITS = (CreditKind.WAIVER, CreditKind.EQUIVALENT)


@dataclass(frozen=True)
class Span:
    """Trained from `since` up to but not on `until` (None: no end), resting on the events at `evidence`.

    `reference` is what it rests on: an assignment, a certificate, a credit or an earlier completion.
    """

    person_id: UUID
    course_id: UUID
    kind: SpanKind
    reference: UUID
    since: date
    until: date | None
    evidence: tuple[int, ...]

    @property
    def last_day(self) -> date | None:
        """The last day that counts."""
        return self.until - timedelta(days=1) if self.until is not None else None

    def covers(self, day: date) -> bool:
        """Say whether the day counts."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Change:
    """`before` is not known any more (None: there was nothing), `after` is known instead (None: nothing is)."""

    before: Span | None
    after: Span | None


def learn(known: Sequence[Span], fact: Fact, effective_at: datetime, position: int) -> list[Change]:
    """Return what an event changes in what is known of its person.

    `known` are that person's spans so far, `effective_at` is when the event took effect, perhaps long before it
    was recorded at `position` of the log.
    """
    match fact:
        case AssignmentCompleted():
            return _complete(known, fact, position)
        case CertificateIssued():
            return _certify(known, fact, position)
        case CertificateRevoked() | CertificateSuperseded():
            held = [one for one in known if one.reference == fact.certificate_id]
            return [_cut(one, local_date(effective_at), position) for one in held]
        case CreditGiven():
            return [Change(None, _credit(fact, position))] if fact.kind in _CREDITS else []
        case CreditEnded():
            held = [one for one in known if one.reference == fact.credit_id]
            return [_cut(one, local_date(effective_at), position) for one in held]
        case CompletionImported():
            said_before = [one for one in known if one.reference == fact.completion_id]
            return [*(Change(one, None) for one in said_before), *_import(known, fact, position)]
        case CertificateRestored():
            held = [one for one in known if one.reference == fact.certificate_id]
            return [*(Change(one, None) for one in held), Change(None, _restored(fact, held, position))]
        case CompletionTakenBack():
            return _take_back(known, fact)


def _complete(known: Sequence[Span], fact: AssignmentCompleted, position: int) -> list[Change]:
    since = local_date(fact.completed_at)
    until = _next_certificate(known, fact.course_id, since)
    if until == since:
        return []
    after = Span(
        fact.person_id, fact.course_id, SpanKind.COMPLETION, fact.assignment_id, since, until, (position,)
    )
    return [Change(None, after)]


def _import(known: Sequence[Span], fact: CompletionImported, position: int) -> list[Change]:
    since = fact.completed_on
    if fact.valid_until is not None:
        until: date | None = fact.valid_until + timedelta(days=1)
    else:
        until = _next_certificate(known, fact.course_id, since)
    if until is not None and until <= since:
        return []
    after = Span(
        fact.person_id, fact.course_id, SpanKind.IMPORT, fact.completion_id, since, until, (position,)
    )
    return [Change(None, after)]


def _next_certificate(known: Sequence[Span], course_id: UUID, since: date) -> date | None:
    """Return the first day from `since` on on which a certificate takes over from a completion without one."""
    days = [
        one.since
        for one in known
        if one.kind is SpanKind.CERTIFICATE and one.course_id == course_id and one.since >= since
    ]
    return min(days, default=None)


def _certify(known: Sequence[Span], fact: CertificateIssued, position: int) -> list[Change]:
    until = fact.valid_until + timedelta(days=1) if fact.valid_until is not None else None
    bare = [
        one
        for one in known
        if (one.kind is SpanKind.COMPLETION or (one.kind is SpanKind.IMPORT and one.until is None))
        and one.course_id == fact.course_id
        and one.since <= fact.valid_from
        and (one.until is None or one.until > fact.valid_from)
    ]
    same_day = (position_ for one in bare if one.since == fact.valid_from for position_ in one.evidence)
    after = Span(
        fact.person_id,
        fact.course_id,
        SpanKind.CERTIFICATE,
        fact.certificate_id,
        fact.valid_from,
        until,
        (*same_day, position),
    )
    return [*(_cut(one, fact.valid_from, position) for one in bare), Change(None, after)]


def _take_back(known: Sequence[Span], fact: CompletionTakenBack) -> list[Change]:
    """Forget a completion; one without a certificate that had ended because of it goes on."""
    day = local_date(fact.completed_at)
    until = _next_certificate(known, fact.course_id, day)
    before = [
        one
        for one in known
        if one.kind is SpanKind.COMPLETION and one.course_id == fact.course_id and one.until == day != until
    ]
    return [
        *(Change(one, None) for one in known if one.reference == fact.assignment_id),
        *(Change(one, replace(one, until=until)) for one in before),
    ]


def _restored(fact: CertificateRestored, held: Sequence[Span], position: int) -> Span:
    """Return what a certificate says that counts again: all the days that it counted at its issue."""
    until = fact.valid_until + timedelta(days=1) if fact.valid_until is not None else None
    evidence = tuple(at for one in held for at in one.evidence)
    return Span(
        fact.person_id, fact.course_id, SpanKind.CERTIFICATE, fact.certificate_id, fact.valid_from, until,
        (*evidence, position),
    )  # fmt: skip


def _credit(fact: CreditGiven, position: int) -> Span:
    until = fact.until + timedelta(days=1) if fact.until is not None else None
    return Span(
        fact.person_id, fact.course_id, SpanKind.CREDIT, fact.credit_id, fact.since, until, (position,)
    )


def _cut(span: Span, on: date, position: int) -> Change:
    """End a span on a day, if it does not end before; nothing is left of one that begins then."""
    if on <= span.since:
        return Change(span, None)
    until = on if span.until is None else min(span.until, on)
    return Change(span, replace(span, until=until, evidence=(*span.evidence, position)))


@dataclass(frozen=True)
class Answer:
    """Whether somebody was trained in a course on a day; `span` is what says so.

    Of somebody who was not, `span` is the last that had ended by then, if there was one.
    """

    course_id: UUID
    trained: bool
    span: Span | None


def answers(spans: Sequence[Span], course_ids: Sequence[UUID], on: date) -> list[Answer]:
    """Return for each course whether these spans of one person cover a day."""
    return [_answer([one for one in spans if one.course_id == course], course, on) for course in course_ids]


def _answer(spans: Sequence[Span], course_id: UUID, on: date) -> Answer:
    covering = [one for one in spans if one.covers(on)]
    if covering:
        return Answer(course_id, True, max(covering, key=_ends_last))
    before = [one for one in spans if one.since <= on]
    return Answer(course_id, False, max(before, key=_ends_last, default=None))


def _ends_last(span: Span) -> tuple[date, date]:
    return (span.until or date.max, span.since)


@dataclass(frozen=True)
class Knowledge:
    """Whose word counts: what was recorded up to a moment, what the log held below a size, or all (neither)."""

    moment: datetime | None = None
    size: int | None = None


ALL = Knowledge()


def fact_of(message: Any) -> Fact:
    """Return a message of one of TYPES as what it is."""
    assert isinstance(message, Fact)
    return message
