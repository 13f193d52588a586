"""Issuing, renewing, replacing, releasing and revoking certificates."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.training.certificates.models import Certificate
from services.training.certificates.rules import (
    ALPHABET,
    CertificateStatus,
    CertificateStep,
    Validity,
    make_number,
    next_status,
)
from services.training.courses.models import Course, CourseVersion
from services.training.designs.queries import find_design_in_force
from services.training.standing.commands import state
from services.training.standing.rules import MY_URL, Subject, assignment_url, lapse_stated
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import append
from shared.messages.training import (
    CertificateIssued,
    CertificateReleased,
    CertificateRevoked,
    CertificateSuperseded,
)


@dataclass(frozen=True)
class Evidence:
    """Why something was done to a certificate by hand, and the file that shows it (its hash and name)."""

    reason: str
    file_sha256: str | None = None
    file_name: str | None = None


@dataclass(frozen=True)
class Earned:
    """What a certificate is issued for, and the assignment by which it is going to be renewed, if any."""

    person: DirectoryPerson
    course: Course
    version: CourseVersion
    assignment_id: UUID
    score: int | None
    valid: Validity
    renewal_id: UUID | None
    # Those that it takes the place of (revoked ones too), and the design that it is printed in.
    before: Sequence[Certificate]
    design_version_id: UUID | None


def issue_certificate(uow: UnitOfWork, earned: Earned, *, actor: Principal, now: datetime) -> Certificate:
    """Issue a certificate in place of the one before, and state from when on its expiry will impede."""
    person, course, version = earned.person, earned.course, earned.version
    certificate = Certificate(
        id=new_id(), number=_new_number(),
        status=CertificateStatus.ISSUED, person_id=person.id, holder_name=person.name,
        holder_employee_no=person.employee_no, course_id=course.id, version_id=version.id,
        version_number=version.number, title=course.title, category=course.category, score=earned.score,
        assignment_id=earned.assignment_id, renewal_id=earned.renewal_id, issued_at=now,
        valid_from=earned.valid.since, valid_until=earned.valid.until,
        design_version_id=earned.design_version_id,
    )  # fmt: skip
    for one in earned.before:
        _supersede(uow, one, certificate, actor, now)
    _put_in_force(uow, certificate, actor, now, flush=bool(earned.before))
    return certificate


def replace_certificate(
    uow: UnitOfWork, certificate: Certificate, person: DirectoryPerson, evidence: Evidence, *,
    actor: Principal, now: datetime,
) -> Certificate:  # fmt: skip
    """Issue a new certificate in place of one whose text is wrong (a name misspelt, a title since corrected).

    It says the same about the same achievement, with the holder's name as the roster has it and the course's
    title as it is now, and it runs out on the same day: nothing is extended. Raises IllegalTransition unless the
    certificate is the one that counts.
    """
    course = uow.session.get_one(Course, certificate.course_id)
    anew = Certificate(
        id=new_id(), number=_new_number(), status=CertificateStatus.ISSUED, person_id=certificate.person_id,
        holder_name=person.name, holder_employee_no=person.employee_no, course_id=course.id,
        version_id=certificate.version_id, version_number=certificate.version_number, title=course.title,
        category=certificate.category, score=certificate.score, assignment_id=certificate.assignment_id,
        renewal_id=certificate.renewal_id, issued_at=now, valid_from=certificate.valid_from,
        valid_until=certificate.valid_until, released_at=certificate.released_at, replaces_id=certificate.id,
        design_version_id=find_design_in_force(uow.session, course),
    )  # fmt: skip
    _supersede(uow, certificate, anew, actor, now, evidence)
    _put_in_force(uow, anew, actor, now, flush=True)
    return anew


def revoke_certificate(
    uow: UnitOfWork, certificate: Certificate, *, reason: str, actor: Principal, now: datetime,
    evidence: Evidence | None = None,
) -> None:  # fmt: skip
    """Revoke it: from now on the person lacks it. Raises IllegalTransition unless it is the one that counts."""
    certificate.status = next_status(certificate.status, CertificateStep.REVOKE)
    certificate.revoked_at = now
    certificate.revoke_reason = reason
    if evidence is not None:
        certificate.evidence_sha256, certificate.evidence_name = evidence.file_sha256, evidence.file_name
    revoked = CertificateRevoked(certificate.id, certificate.person_id, certificate.evidence_sha256)
    append(uow, revoked, row=certificate, actor=actor, now=now, person_id=certificate.person_id)
    state_lapse(uow, certificate, actor=actor, now=now)


def release_certificate(
    uow: UnitOfWork, certificate: Certificate, at: datetime | None, *, actor: Principal, now: datetime
) -> None:
    """Say from when on nobody needs it renewed (they left, or moved on); None takes that back."""
    if certificate.released_at == at:
        return
    certificate.released_at = at
    released = CertificateReleased(certificate.id, certificate.person_id, at)
    append(uow, released, row=certificate, actor=actor, now=now, person_id=certificate.person_id)
    if certificate.valid_until is not None or certificate.revoked_at is not None:
        state_lapse(uow, certificate, actor=actor, now=now)


def state_lapse(uow: UnitOfWork, certificate: Certificate, *, actor: Principal, now: datetime) -> None:
    """State when the lack of this certificate impedes its holder, in place of what was said before."""
    state(uow, lapse_stated(subject_of(certificate), certificate.facts), actor=actor, now=now)


def subject_of(certificate: Certificate) -> Subject:
    """Return whom and what a statement about this certificate is about."""
    cure = assignment_url(certificate.renewal_id) if certificate.renewal_id else MY_URL
    return Subject(certificate.person_id, certificate.id, certificate.title, certificate.category, cure)


def _put_in_force(
    uow: UnitOfWork, certificate: Certificate, actor: Principal, now: datetime, *, flush: bool
) -> None:
    """Add a new certificate, and state from when on its expiry will impede. A job makes its documents."""
    if flush:
        uow.session.flush()  # One certificate counts at any time, and the database checks at each statement.
    uow.session.add(certificate)
    issued = CertificateIssued(
        certificate.id, certificate.number, certificate.person_id, certificate.course_id, certificate.version_id,
        certificate.valid_from, certificate.valid_until,
    )  # fmt: skip
    append(uow, issued, row=certificate, actor=actor, now=now, person_id=certificate.person_id)
    if certificate.valid_until is not None:
        state_lapse(uow, certificate, actor=actor, now=now)


def _supersede(
    uow: UnitOfWork, before: Certificate, by: Certificate, actor: Principal, now: datetime,
    evidence: Evidence | None = None,
) -> None:  # fmt: skip
    if before.status is CertificateStatus.ISSUED or evidence is not None:
        before.status = next_status(before.status, CertificateStep.SUPERSEDE)
    before.renewed_at = now
    if evidence is not None:
        before.supersede_reason = evidence.reason
        before.evidence_sha256, before.evidence_name = evidence.file_sha256, evidence.file_name
    told = CertificateSuperseded(
        before.id, before.person_id, by.id, before.evidence_sha256 if evidence is not None else None
    )
    append(uow, told, row=before, actor=actor, now=now, person_id=before.person_id)
    if before.valid_until is not None or before.revoked_at is not None:
        state_lapse(uow, before, actor=actor, now=now)


def _new_number() -> str:
    return make_number([secrets.randbelow(len(ALPHABET)) for _ in range(11)])
