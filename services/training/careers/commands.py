"""Changing career steps, signing off, and asking for a promotion."""

from datetime import datetime
from uuid import UUID

from services.training.careers.models import CareerSignOff, CareerStep, PromotionRequest
from services.training.careers.queries import (
    RequestDetail,
    facts_for,
    find_pending,
    find_sign_off,
    find_step,
)
from services.training.careers.rules import (
    Criteria,
    RequestStatus,
    RequestStep,
    assess,
    check_decider,
    check_gate,
    evidence_digest,
    frozen_evidence,
    kind_of,
    next_status,
)
from services.training.courses.queries import courses_by_id
from shared.core.errors import Conflict, Forbidden, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.reasons import check_reason
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import append
from shared.messages.people import Position
from shared.messages.training import (
    CareerSignedOff,
    CareerSignOffWithdrawn,
    CareerStepChanged,
    CareerStepEnded,
    PromotionDecided,
    PromotionRequested,
    PromotionSubmitted,
    PromotionWithdrawn,
)


def create_step(
    uow: UnitOfWork,
    source: Position,
    target: Position,
    criteria: Criteria,
    *,
    actor: Principal,
    now: datetime,
) -> CareerStep:
    """Open a way from one position to another; raise InvalidInput when there is one, or it leads down."""
    kind = kind_of(source, target)
    if find_step(uow.session, source, target) is not None:
        message = N_("There is a step between these positions already")
        raise InvalidInput(message, fields={"target": [message]})
    step = CareerStep(
        id=new_id(),
        source=source,
        target=target,
        kind=kind,
        criteria_rule=criteria.to_json(),
        created_at=now,
    )
    uow.session.add(step)
    _tell_change(uow, step, actor, now)
    return step


def change_step(
    uow: UnitOfWork, step: CareerStep, criteria: Criteria, *, actor: Principal, now: datetime
) -> None:
    """Ask for something else from now on; requests that were submitted are judged by what was asked then."""
    _check_open(step)
    if step.criteria_rule == criteria.to_json():
        return
    step.criteria_rule = criteria.to_json()
    _tell_change(uow, step, actor, now)


def end_step(uow: UnitOfWork, step: CareerStep, *, actor: Principal, now: datetime) -> None:
    """Let nobody take this step any more; raise Conflict when it has ended already."""
    _check_open(step)
    step.ended_at = now
    append(uow, CareerStepEnded(step.id), row=step, actor=actor, now=now)


def sign_off(
    uow: UnitOfWork, person: DirectoryPerson, step: CareerStep, note: str, *, actor: Principal, now: datetime
) -> CareerSignOff:
    """Say that somebody is ready for a step. Nobody says so of themselves; raises Forbidden, Conflict, InvalidInput."""
    _check_open(step)
    check_reason(note, "note")
    if actor.person_id == person.id:
        raise Forbidden(N_("Nobody signs off for themselves"))
    if find_sign_off(uow.session, person.id, step.id) is not None:
        raise Conflict(N_("This has been signed off already"))
    found = CareerSignOff(
        id=new_id(),
        person_id=person.id,
        step_id=step.id,
        note=note.strip(),
        signed_by=actor.person_id,
        signed_at=now,
    )
    uow.session.add(found)
    append(
        uow,
        CareerSignedOff(found.id, person.id, step.id),
        row=found,
        actor=actor,
        now=now,
        person_id=person.id,
    )
    return found


def withdraw_sign_off(uow: UnitOfWork, found: CareerSignOff, *, actor: Principal, now: datetime) -> None:
    """Take a sign-off back; requests that were submitted keep their evidence."""
    found.withdrawn_at = now
    withdrawn = CareerSignOffWithdrawn(found.id, found.person_id)
    append(uow, withdrawn, row=found, actor=actor, now=now, person_id=found.person_id)


def request_promotion(
    uow: UnitOfWork,
    person: DirectoryPerson,
    step: CareerStep,
    reason: str,
    *,
    actor: Principal,
    now: datetime,
) -> PromotionRequest:
    """Draft a request; raise Conflict when there is one, or the step does not lead on from the person's position."""
    _check_open(step)
    check_reason(reason)
    if step.source != person.position:
        raise Conflict(N_("This step does not lead on from the person's position"))
    if find_pending(uow.session, person.id, step.id) is not None:
        raise Conflict(N_("There is a request for this step already"))
    found = PromotionRequest(
        id=new_id(),
        person_id=person.id,
        step_id=step.id,
        status=RequestStatus.DRAFT,
        reason=reason.strip(),
        requested_by=actor.person_id,
        created_at=now,
    )
    uow.session.add(found)
    told = PromotionRequested(found.id, person.id, step.id)
    append(uow, told, row=found, actor=actor, now=now, person_id=person.id)
    return found


def submit_request(uow: UnitOfWork, detail: RequestDetail, *, actor: Principal, now: datetime) -> None:
    """Freeze what the request is judged by and hand it on.

    Raises Conflict while a criterion is not met or when the person has another position by now,
    IllegalTransition unless it is a draft.
    """
    request, step, person = detail.request, detail.step, detail.person
    status = next_status(request.status, RequestStep.SUBMIT)
    _check_open(step)
    if step.source != person.position:
        raise Conflict(N_("This step does not lead on from the person's position"))
    today = local_date(now)
    facts = facts_for(uow.session, person, step.id, now)
    readiness = assess(step.criteria, facts, today)
    check_gate(readiness)
    titles = {key: one.title for key, one in courses_by_id(uow.session, step.criteria.courses).items()}
    evidence = frozen_evidence(
        step.criteria, readiness, titles=titles, certificates=facts.certificates, today=today
    )
    request.status = status
    request.submitted_at = now
    request.assessed_on = today
    request.evidence = evidence
    request.evidence_sha256 = evidence_digest(evidence)
    submitted = PromotionSubmitted(request.id, person.id, step.id, request.evidence_sha256)
    append(uow, submitted, row=request, actor=actor, now=now, person_id=person.id)


def decide_request(
    uow: UnitOfWork, request: PromotionRequest, *, approve: bool, reason: str, actor: Principal, now: datetime
) -> None:
    """Approve or reject a request, with a reason; raise Forbidden for whoever asked for it or is promoted by it.

    The new position itself comes from the roster, where HR records it.
    """
    request.status = next_status(request.status, RequestStep.APPROVE if approve else RequestStep.REJECT)
    check_decider(actor.person_id, request.person_id, request.requested_by)
    check_reason(reason)
    request.decided_at = now
    request.decided_by = actor.person_id
    request.decision_reason = reason.strip()
    decided = PromotionDecided(request.id, request.person_id, request.step_id, request.status)
    append(uow, decided, row=request, actor=actor, now=now, person_id=request.person_id)


def withdraw_request(uow: UnitOfWork, request: PromotionRequest, *, actor: Principal, now: datetime) -> None:
    """Take a request back before it is decided."""
    request.status = next_status(request.status, RequestStep.WITHDRAW)
    request.decided_at = now
    withdrawn = PromotionWithdrawn(request.id, request.person_id)
    append(uow, withdrawn, row=request, actor=actor, now=now, person_id=request.person_id)


def may_take_back(request: PromotionRequest, person_id: UUID | None) -> bool:
    """Say whether somebody may submit or withdraw it: who asked for it, and whom it is about."""
    return person_id is not None and person_id in (request.requested_by, request.person_id)


def _check_open(step: CareerStep) -> None:
    if step.ended_at is not None:
        raise Conflict(N_("Nobody takes this step any more"))


def _tell_change(uow: UnitOfWork, step: CareerStep, actor: Principal, now: datetime) -> None:
    changed = CareerStepChanged(step.id, step.source, step.target, evidence_digest(step.criteria_rule))
    append(uow, changed, row=step, actor=actor, now=now)
