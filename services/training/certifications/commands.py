"""Earning, revoking, archiving and rescheduling certification periods, each with its event."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.training.certificates.models import Certificate
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.queries import find_by_certificate
from services.training.certifications.rules import Due, PeriodStatus, PeriodStep, next_status
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import (
    CertificationArchived,
    CertificationEarned,
    CertificationRenewed,
    CertificationRevoked,
)


@dataclass(frozen=True)
class Earning:
    """What a period rests on, how long it counts, and when it is to be renewed (`due` None: never)."""

    person_id: UUID
    course_id: UUID
    assignment_id: UUID
    certificate_id: UUID | None
    valid_from: date
    valid_until: date | None
    due: Due | None
    archived_at: datetime | None = None


def earn_period(
    uow: UnitOfWork, earning: Earning, before: CertificationPeriod | None, *, actor: Principal, now: datetime
) -> CertificationPeriod:
    """Open a period, in place of the one that counted `before`.

    Of two that are earned at once the second breaks a constraint of the table, which the caller sees as a
    conflict: one period follows another once.
    """
    period = CertificationPeriod(
        id=new_id(), person_id=earning.person_id, course_id=earning.course_id, status=PeriodStatus.CERTIFIED,
        assignment_id=earning.assignment_id, certificate_id=earning.certificate_id,
        predecessor_id=before.id if before is not None else None, earned_at=now,
        valid_from=earning.valid_from, valid_until=earning.valid_until,
        window_start=earning.due.opens_on if earning.due else None,
        due=earning.due.due_on if earning.due else None,
        window_end=earning.due.window_end if earning.due else None,
        archived_at=earning.archived_at,
    )  # fmt: skip
    if before is not None:
        before.status = next_status(before.status, PeriodStep.RENEW)
        before.ended_at = now
        renewed = CertificationRenewed(before.id, before.person_id, period.id)
        append(uow, renewed, row=before, actor=actor, now=now, person_id=before.person_id)
    # One period counts at any time, it refers to its certificate, and the next assignment may only be open when
    # this one is closed; the database checks at each statement.
    uow.session.flush()
    uow.session.add(period)
    earned = CertificationEarned(
        period.id, period.person_id, period.course_id, period.assignment_id, period.certificate_id,
        period.predecessor_id, period.valid_from, period.valid_until, period.window_start, period.due,
        period.window_end,
    )  # fmt: skip
    append(uow, earned, row=period, actor=actor, now=now, person_id=period.person_id)
    return period


def revoke_period(uow: UnitOfWork, certificate: Certificate, *, actor: Principal, now: datetime) -> None:
    """Revoke the period that a revoked certificate stands for; one that was renewed since stays as it was."""
    period = find_by_certificate(uow.session, certificate.id)
    if period is None or period.status is not PeriodStatus.CERTIFIED:
        return
    period.status = next_status(period.status, PeriodStep.REVOKE)
    period.ended_at = now
    revoked = CertificationRevoked(period.id, period.person_id)
    append(uow, revoked, row=period, actor=actor, now=now, person_id=period.person_id)


def archive_period(
    uow: UnitOfWork, period: CertificationPeriod, at: datetime | None, *, actor: Principal, now: datetime
) -> None:
    """Say from when on nobody asks for it (they left, or moved on); None takes that back."""
    if period.archived_at == at:
        return
    period.archived_at = at
    archived = CertificationArchived(period.id, period.person_id, at)
    append(uow, archived, row=period, actor=actor, now=now, person_id=period.person_id)
