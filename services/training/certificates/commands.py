"""Issuing, renewing, releasing and revoking certificates, and freezing their documents."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.training.certificates.models import Certificate, CertificateDocument
from services.training.certificates.queries import find_document, list_unrenewed
from services.training.certificates.rules import (
    ALPHABET,
    CertificateStatus,
    CertificateStep,
    Validity,
    make_number,
    next_status,
)
from services.training.courses.models import Course, CourseVersion
from services.training.standing.commands import state
from services.training.standing.rules import MY_URL, Subject, assignment_url, lapse_stated
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.zones import local_date
from shared.db.uow import Database, UnitOfWork
from shared.directory import DirectoryPerson
from shared.documents import qr_svg, render_pdf
from shared.eventlog import append
from shared.jobs import enqueue
from shared.messages.training import (
    CertificateIssued,
    CertificateReleased,
    CertificateRendered,
    CertificateRevoked,
    CertificateSuperseded,
)

LANGUAGES = ("both", "zh", "en")
RENDER_JOB = "training.certificate.render"
_TEMPLATES = Path(__file__).parent.parent / "templates" / "training"


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


def issue_certificate(uow: UnitOfWork, earned: Earned, *, actor: Principal, now: datetime) -> Certificate:
    """Issue a certificate in place of the one before, and state from when on its expiry will impede."""
    person, course, version = earned.person, earned.course, earned.version
    before = list_unrenewed(uow.session, person.id, course.id)
    certificate = Certificate(
        id=new_id(), number=make_number([secrets.randbelow(len(ALPHABET)) for _ in range(11)]),
        status=CertificateStatus.ISSUED, person_id=person.id, holder_name=person.name,
        holder_employee_no=person.employee_no, course_id=course.id, version_id=version.id,
        version_number=version.number, title=course.title, category=course.category, score=earned.score,
        assignment_id=earned.assignment_id, renewal_id=earned.renewal_id, issued_at=now,
        valid_from=earned.valid.since, valid_until=earned.valid.until,
    )  # fmt: skip
    for one in before:
        _supersede(uow, one, certificate, actor, now)
    if before:
        uow.session.flush()  # One certificate counts at any time, and the database checks at each statement.
    uow.session.add(certificate)
    issued = CertificateIssued(
        certificate.id, certificate.number, person.id, course.id, version.id,
        certificate.valid_from, certificate.valid_until,
    )  # fmt: skip
    append(uow, issued, row=certificate, actor=actor, now=now, person_id=person.id)
    if certificate.valid_until is not None:
        state_lapse(uow, certificate, actor=actor, now=now)
    enqueue(
        uow,
        RENDER_JOB,
        {"certificate_id": certificate.id},
        now=now,
        created_by=SYSTEM,
        key=str(certificate.id),
    )
    return certificate


def revoke_certificate(
    uow: UnitOfWork, certificate: Certificate, *, reason: str, actor: Principal, now: datetime
) -> None:
    """Revoke it: from now on the person lacks it. Raises IllegalTransition unless it is the one that counts."""
    certificate.status = next_status(certificate.status, CertificateStep.REVOKE)
    certificate.revoked_at = now
    certificate.revoke_reason = reason
    revoked = CertificateRevoked(certificate.id, certificate.person_id)
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


def freeze_document(
    database: Database, certificate_id: UUID, language: str, *, base_url: str, now: datetime
) -> bytes:
    """Return the certificate's PDF; the first to ask makes it, everybody gets the same bytes for ever.

    `language` is zh, en or both. Opens its own unit of work, since reading must not write; the drawing is
    done outside of it. Raises what render_pdf raises.
    """
    with database.read() as uow:
        found = find_document(uow.session, certificate_id, language)
        if found is not None:
            return found.pdf
        certificate = uow.session.get_one(Certificate, certificate_id)
        uow.session.expunge(certificate)
    pdf = draw(certificate, language, base_url)
    with database.write() as uow:
        # Locked, so that of two who ask first at the same moment one waits and finds the other's document.
        uow.session.get(Certificate, certificate_id, with_for_update=True)
        found = find_document(uow.session, certificate_id, language)
        return found.pdf if found is not None else _keep(uow, certificate, language, pdf, now)


def draw(certificate: Certificate, language: str, base_url: str) -> bytes:
    """Return the PDF of a certificate, drawn from nothing but the row: the same row gives the same bytes."""
    verify_url = f"{base_url}/training/verify/{certificate.number}"
    html = _environment().get_template("certificate_document.html").render(
        certificate=certificate,
        issued_on=local_date(certificate.issued_at),
        zh=language in ("zh", "both"),
        en=language in ("en", "both"),
        verify_url=verify_url,
        qr=qr_svg(verify_url, title=verify_url, size_mm=27),
    )  # fmt: skip
    return render_pdf(
        html,
        title=f"{certificate.title.pick('en' if language == 'en' else 'zh')} · {certificate.number}",
        language="en" if language == "en" else "zh-CN",
        author="Goodstanding 良信",
        subject=certificate.number,
        created=certificate.issued_at,
    )


def _keep(uow: UnitOfWork, certificate: Certificate, language: str, pdf: bytes, now: datetime) -> bytes:
    digest = hashlib.sha256(pdf).digest()
    document = CertificateDocument(
        id=new_id(),
        certificate_id=certificate.id,
        language=language,
        sha256=digest,
        pdf=pdf,
        rendered_at=now,
    )
    uow.session.add(document)
    rendered = CertificateRendered(certificate.id, language, digest.hex())
    append(uow, rendered, row=document, actor=SYSTEM, now=now, person_id=certificate.person_id)
    return pdf


def _supersede(
    uow: UnitOfWork, before: Certificate, by: Certificate, actor: Principal, now: datetime
) -> None:
    if before.status is CertificateStatus.ISSUED:
        before.status = next_status(before.status, CertificateStep.SUPERSEDE)
    before.renewed_at = now
    superseded = CertificateSuperseded(before.id, before.person_id, by.id)
    append(uow, superseded, row=before, actor=actor, now=now, person_id=before.person_id)
    if before.valid_until is not None or before.revoked_at is not None:
        state_lapse(uow, before, actor=actor, now=now)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["day_zh"] = lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日"
    environment.filters["day_en"] = lambda day: f"{day.day} {day:%B} {day.year}"
    return environment
