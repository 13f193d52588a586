"""Revoking and replacing certificates by hand, with reason and evidence; and taking back a whole completion."""

import base64
import binascii
from datetime import datetime
from io import BytesIO
from typing import IO

from services.training.assignments.commands import cancel_assignment, reopen_assignment
from services.training.assignments.models import Assignment
from services.training.assignments.queries import list_open_of_person, list_others
from services.training.assignments.rules import OPEN, AssignmentStatus, CancelReason
from services.training.certificates.commands import (
    Evidence,
    replace_certificate,
    restore_certificate,
    revoke_certificate,
    state_lapse,
    void_certificate,
)
from services.training.certificates.models import Certificate
from services.training.certificates.queries import list_by_assignment, list_replaced_at
from services.training.certifications.commands import revoke_period, void_period
from services.training.enrolment.commands import reconcile_person
from services.training.waivers.commands import end_credits_from
from shared.core.errors import Conflict, InvalidInput
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import find_person
from shared.files import FileKind, FileStore, clean_name

MAX_EVIDENCE = 10 * 2**20
EVIDENCE_KINDS = (FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.DOCX)


def take_evidence(
    uow: UnitOfWork, store: FileStore, reason: str, stream: IO[bytes] | None, name: str, *, now: datetime
) -> Evidence:
    """Keep the file and return the evidence. Raises InvalidInput, beside `evidence`, without a file that is taken."""
    if stream is None:
        missing = N_("Add the file that shows it: a PDF, a picture or a Word document.")
        raise InvalidInput(missing, fields={"evidence": [missing]})
    kept = store.keep(uow, stream, allow=EVIDENCE_KINDS, max_bytes=MAX_EVIDENCE, now=now, field="evidence")
    return Evidence(reason, kept.sha256, clean_name(name, kept.kind))


def decode_file(content: str) -> BytesIO:
    """Return the bytes of a file that came as Base64; raise InvalidInput."""
    try:
        return BytesIO(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError) as error:
        wrong = N_("This is not Base64 (RFC 4648, section 4).")
        raise InvalidInput(wrong, fields={"evidence.content": [wrong]}) from error


def revoke_and_ask_again(
    uow: UnitOfWork, certificate: Certificate, reason: str, *, actor: Principal, now: datetime,
    evidence: Evidence | None = None,
) -> None:  # fmt: skip
    """Revoke a certificate and see to it that there is an assignment by which it can be earned again.

    The certification period that it stands for is revoked with it. Raises IllegalTransition unless it is the
    one that counts.
    """
    revoke_certificate(uow, certificate, reason=reason, actor=actor, now=now, evidence=evidence)
    revoke_period(uow, certificate, actor=actor, now=now)
    end_credits_from(uow, certificate.assignment_id, reason, actor=actor, now=now)
    person = find_person(uow.session, certificate.person_id)
    if certificate.renewal_id is not None or person is None:
        return
    uow.session.flush()  # What follows reads that the certificate counts for nothing.
    reconcile_person(uow, person, joined_on=local_date(now), now=now)
    uow.session.flush()  # The assignment that this made is read back.
    for assignment in list_open_of_person(uow.session, person.id):
        if assignment.course_id == certificate.course_id:
            certificate.renewal_id = assignment.id
            state_lapse(uow, certificate, actor=actor, now=now)


def revoke_with_evidence(
    uow: UnitOfWork, certificate: Certificate, evidence: Evidence, *, actor: Principal, now: datetime
) -> None:
    """Revoke a certificate; its holder is asked for the course again."""
    revoke_and_ask_again(uow, certificate, evidence.reason, actor=actor, now=now, evidence=evidence)


def take_back_completion(
    uow: UnitOfWork, assignment: Assignment, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Let it be as though it had not been completed: open again, its certificate void, what that replaced restored.

    Where the course was completed again since, that stands, and nothing is asked anew. Raises IllegalTransition
    unless the assignment is completed.
    """
    session = uow.session
    others = list_others(session, assignment)
    assert assignment.ended_at is not None
    done_again_at = next(
        (
            one.ended_at
            for one in others
            if one.status is AssignmentStatus.COMPLETED
            and one.ended_at
            and one.ended_at > assignment.ended_at
        ),
        None,
    )
    for other in others:
        if other.status in OPEN and done_again_at is None:
            cancel_assignment(uow, other, CancelReason.NOT_NEEDED, at=now, now=now)
    held = list_by_assignment(session, assignment.id)
    replaced = [one for certificate in held[:1] for one in list_replaced_at(session, certificate)]
    for certificate in held:
        void_certificate(uow, certificate, reason, actor=actor, now=now)
    session.flush()  # One certificate and one assignment count at a time; the database checks at each statement.
    if done_again_at is None:
        for certificate in replaced:
            restore_certificate(uow, certificate, actor=actor, now=now)
    void_period(uow, assignment.id, actor=actor, now=now)
    end_credits_from(uow, assignment.id, reason, actor=actor, now=now)
    reopen_assignment(uow, assignment, reason, done_again_at, actor=actor, now=now)
    person = find_person(session, assignment.person_id)
    if person is not None:
        session.flush()  # What is asked of the person is read as it is after all this.
        reconcile_person(uow, person, joined_on=local_date(now), now=now)


def replace_with_evidence(
    uow: UnitOfWork, certificate: Certificate, evidence: Evidence, *, actor: Principal, now: datetime
) -> Certificate:
    """Issue a certificate in place of one whose text is wrong, with what the roster and the course say now."""
    person = find_person(uow.session, certificate.person_id)
    if person is None:
        raise Conflict(
            N_("The holder is not in the roster any more, so that nothing can be put right from it")
        )
    return replace_certificate(uow, certificate, person, evidence, actor=actor, now=now)
