"""Waivers, exemptions and equivalent courses. Reasons and evidence stay with training; a file is its digest."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages.base import message


@message("training.waiver.requested.v1")
@dataclass(frozen=True)
class WaiverRequested:
    """Somebody asks that evidence count in the course's stead."""

    waiver_id: UUID
    person_id: UUID
    course_id: UUID
    evidence_sha256: str | None


@message("training.waiver.granted.v1")
@dataclass(frozen=True)
class WaiverGranted:
    """It counts until the end of `until`; None: for good. `credit_id` is what it counts by."""

    waiver_id: UUID
    person_id: UUID
    course_id: UUID
    credit_id: UUID
    until: date | None


@message("training.waiver.refused.v1")
@dataclass(frozen=True)
class WaiverRefused:
    """The evidence does not count."""

    waiver_id: UUID
    person_id: UUID


@message("training.waiver.withdrawn.v1")
@dataclass(frozen=True)
class WaiverWithdrawn:
    """Whoever asked does not ask any more."""

    waiver_id: UUID
    person_id: UUID


@message("training.waiver.revoked.v1")
@dataclass(frozen=True)
class WaiverRevoked:
    """It counts for nothing from now on."""

    waiver_id: UUID
    person_id: UUID


@message("training.course_credit.given.v1")
@dataclass(frozen=True)
class CreditGiven:
    """A course counts as done, or is not required (`exemption`), from `since` to `until`, both included.

    `kind`: `waiver`, `exemption` or `equivalent`; `source_id` is the waiver, or the assignment that was completed.
    """

    credit_id: UUID
    person_id: UUID
    course_id: UUID
    kind: str
    since: date
    until: date | None
    source_id: UUID | None


@message("training.course_credit.ended.v1")
@dataclass(frozen=True)
class CreditEnded:
    """It was taken back before its time."""

    credit_id: UUID
    person_id: UUID
    course_id: UUID


@message("training.equivalence.made.v1")
@dataclass(frozen=True)
class EquivalenceMade:
    """Whoever has completed `by_course_id` need not take `course_id`, for `max_age_months` at most."""

    equivalence_id: UUID
    course_id: UUID
    by_course_id: UUID
    max_age_months: int | None


@message("training.equivalence.ended.v1")
@dataclass(frozen=True)
class EquivalenceEnded:
    """It gives nobody anything any more; what it gave stays."""

    equivalence_id: UUID
