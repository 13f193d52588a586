"""Signing that something was read and understood."""

from datetime import datetime

from services.training.acknowledgements.models import Acknowledgement
from services.training.acknowledgements.rules import MEANING, shown_digest
from services.training.assignments.models import Assignment
from services.training.attempts.commands import meet_part
from services.training.attempts.queries import UnderWay
from services.training.attempts.rules import AttemptStep, check_reached, next_status
from services.training.enrolment.commands import Completion
from services.training.parts.rules import AcknowledgementPart
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.db.uow import UnitOfWork
from shared.directory import get_person
from shared.eventlog import append
from shared.messages.training import AcknowledgementSigned


def sign(
    uow: UnitOfWork,
    assignment: Assignment,
    under_way: UnderWay,
    part: AcknowledgementPart,
    *,
    language: str,
    confirmed_at: datetime,
    actor: Principal,
    now: datetime,
) -> Completion | None:
    """Sign a part in the person's name, and meet it; raise Conflict while something before it was not shown.

    `confirmed_at` is when they gave their password for it. What is signed already stays as it was signed.
    """
    attempt = under_way.attempt
    next_status(attempt.status, AttemptStep.PROGRESS)
    if part.id in under_way.met:
        return None
    check_reached(under_way.parts, under_way.met, part)
    digest = shown_digest(under_way.parts, part, language)
    signed = Acknowledgement(
        id=new_id(),
        attempt_id=attempt.id,
        part_id=part.id,
        person_id=assignment.person_id,
        printed_name=get_person(uow.session, assignment.person_id).name,
        meaning=MEANING,
        statement=part.statement.pick(language),
        language=language,
        content_sha256=bytes.fromhex(digest),
        confirmed_at=confirmed_at,
        signed_at=now,
    )
    uow.session.add(signed)
    told = AcknowledgementSigned(signed.id, attempt.id, part.id, MEANING, language, digest, confirmed_at)
    append(uow, told, row=signed, actor=actor, now=now, person_id=assignment.person_id)
    return meet_part(uow, assignment, under_way, part, str(signed.id), actor=actor, now=now)
