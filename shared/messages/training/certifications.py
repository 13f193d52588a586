"""Certification periods."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.messages.base import message


@message("training.certification.earned.v1")
@dataclass(frozen=True)
class CertificationEarned:
    """Certified from `valid_from` to `valid_until` (None: for good); to be renewed from `window_start` to
    `window_end`, due on `due` (None: never). `predecessor_id` is the period that it renews."""

    period_id: UUID
    person_id: UUID
    course_id: UUID
    assignment_id: UUID
    certificate_id: UUID | None
    predecessor_id: UUID | None
    valid_from: date
    valid_until: date | None
    window_start: date | None
    due: date | None
    window_end: date | None


@message("training.certification.renewed.v1")
@dataclass(frozen=True)
class CertificationRenewed:
    """The next period was earned and counts in its place."""

    period_id: UUID
    person_id: UUID
    by_period_id: UUID


@message("training.certification.revoked.v1")
@dataclass(frozen=True)
class CertificationRevoked:
    """It counts no more, because the certificate that it rests on was revoked."""

    period_id: UUID
    person_id: UUID


@message("training.certification.restored.v1")
@dataclass(frozen=True)
class CertificationRestored:
    """It counts again: the one that had renewed it rested on what never was."""

    period_id: UUID
    person_id: UUID


@message("training.certification.archived.v1")
@dataclass(frozen=True)
class CertificationArchived:
    """From `at` on nobody asks the person for it; None: it is asked for again."""

    period_id: UUID
    person_id: UUID
    at: datetime | None
