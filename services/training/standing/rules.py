"""When an assignment or a certificate impedes somebody. Pure: facts in, intervals out; nothing ticks.

Both intervals are known from the day the facts are: an assignment impedes from the end of its due day, a
certificate from the end of its last valid day, each with no end until something ends it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.core.intervals import Interval
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, start_of_day
from shared.messages.standing import StatedInterval, TrainingCoverageStated, TrainingImpedimentStated

OVERDUE = "training_overdue"
EXPIRED = "certificate_expired"
KINDS = (OVERDUE, EXPIRED)
# Where somebody mends what no assignment is planned for.
MY_URL = "/training/my"


@dataclass(frozen=True)
class AssignmentFacts:
    """`ended_at`: completed, exempted or cancelled; `released_at`: not asked of them from then on.

    For `grace_days` after the due day it is overdue, but does not impede.
    """

    due_on: date
    ended_at: datetime | None = None
    released_at: datetime | None = None
    grace_days: int = 0


@dataclass(frozen=True)
class CertificateFacts:
    """`valid_until` is the last valid day; `renewed_at`: a later certificate for the course was issued."""

    valid_until: date | None
    revoked_at: datetime | None = None
    renewed_at: datetime | None = None
    released_at: datetime | None = None


@dataclass(frozen=True)
class Subject:
    """Whom and what a statement is about; `title` is the course's, `cure_url` where the person mends it."""

    person_id: UUID
    reference: UUID
    title: LocalizedText
    category: str
    cure_url: str


def overdue_intervals(facts: AssignmentFacts) -> list[Interval]:
    """Return when the assignment impedes: from the end of its due day, or of its grace, until it ends."""
    last_day = facts.due_on + timedelta(days=facts.grace_days)
    return _between(end_of_day(last_day), facts.ended_at, facts.released_at)


def choice_facts(assignments: Sequence[AssignmentFacts]) -> AssignmentFacts:
    """Return the facts of several assignments of which one may choose, as of one: they impede once, not each.

    More time for one of them is more time for the choice. It is open as long as one of them is: when enough
    are done, the others end as well.
    """
    last = max(assignments, key=lambda one: (one.due_on + timedelta(days=one.grace_days), one.grace_days))
    still_open = [one for one in assignments if one.ended_at is None]
    ends = [one.ended_at for one in assignments if one.ended_at is not None]
    releases = [one.released_at for one in still_open]
    released_at = max((at for at in releases if at is not None), default=None)
    return AssignmentFacts(
        last.due_on,
        None if still_open else max(ends),
        None if None in releases else released_at,
        last.grace_days,
    )


def lapse_intervals(facts: CertificateFacts) -> list[Interval]:
    """Return when the lack of a valid certificate impedes: from expiry or revocation until it is renewed."""
    begins = [facts.revoked_at] if facts.revoked_at is not None else []
    if facts.valid_until is not None:
        begins.append(end_of_day(facts.valid_until))
    return _between(min(begins), facts.renewed_at, facts.released_at) if begins else []


def overdue_stated(subject: Subject, facts: AssignmentFacts) -> TrainingImpedimentStated:
    """Return the statement that replaces what was said before about this assignment."""
    return _stated(OVERDUE, subject, overdue_intervals(facts))


def lapse_stated(subject: Subject, facts: CertificateFacts) -> TrainingImpedimentStated:
    """Return the statement that replaces what was said before about this certificate."""
    return _stated(EXPIRED, subject, lapse_intervals(facts))


def coverage_stated(person_id: UUID, hired_on: date) -> TrainingCoverageStated:
    """Return the promise to report on this person from the day they were hired."""
    return TrainingCoverageStated(person_id, KINDS, start_of_day(hired_on))


def assignment_url(assignment_id: UUID) -> str:
    """Return where an assignment is taken."""
    return f"/training/assignments/{assignment_id}"


def _between(start: datetime, *ends: datetime | None) -> list[Interval]:
    known = [end for end in ends if end is not None]
    if not known:
        return [Interval(start)]
    return [Interval(start, min(known))] if min(known) > start else []


def _stated(kind: str, subject: Subject, intervals: Iterable[Interval]) -> TrainingImpedimentStated:
    return TrainingImpedimentStated(
        person_id=subject.person_id,
        kind=kind,
        reference=str(subject.reference),
        intervals=tuple(StatedInterval(one.start, one.end) for one in intervals),
        tags=(subject.category,),
        title_zh=subject.title.zh,
        title_en=subject.title.en,
        cure_url=subject.cure_url,
    )
