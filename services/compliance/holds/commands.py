"""Proposing and deciding interim holds; what becomes effective is stated to eligibility in the same breath."""

from datetime import date, datetime
from uuid import UUID, uuid4

from services.compliance.cases.commands import write_entry
from services.compliance.cases.queries import get_case, is_subject
from services.compliance.cases.rules import EntryKind, check_open
from services.compliance.holds import queries
from services.compliance.holds.models import Hold
from services.compliance.holds.rules import (
    HoldStatus,
    HoldStep,
    check_from,
    check_not_concerned,
    statement,
    take_step,
)
from services.compliance.signatories.rules import Signatory
from services.compliance.standing.commands import state_impediment
from shared.core.errors import Conflict
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages import compliance as messages

_FACTS = {
    HoldStep.APPROVE: (messages.HoldApproved, EntryKind.HOLD_APPROVED),
    HoldStep.REFUSE: (messages.HoldRefused, EntryKind.HOLD_REFUSED),
    HoldStep.WITHDRAW: (messages.HoldWithdrawn, EntryKind.HOLD_WITHDRAWN),
    HoldStep.PROPOSE_END: (messages.HoldEndingProposed, EntryKind.HOLD_ENDING_PROPOSED),
    HoldStep.APPROVE_END: (messages.HoldEnded, EntryKind.HOLD_ENDED),
    HoldStep.KEEP: (messages.HoldKept, EntryKind.HOLD_KEPT),
}


def propose_hold(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    case_id: UUID,
    *,
    person_id: UUID,
    from_on: date,
    reason: str,
) -> Hold:
    """Propose to hold the incentive of somebody named in a case from a day on; nothing is stated yet.

    Raises Conflict for somebody who is not named in it, for a day out of range, and when the case is closed
    or a hold on them stands or waits.
    """
    case = get_case(uow.session, case_id, principal, lock=True)
    check_open(case.status)
    if not is_subject(uow.session, case_id, person_id):
        raise Conflict(
            N_("A hold can only be on somebody named in the case"),
            fields={"person_id": [N_("Choose somebody named in the case.")]},
        )
    who = Signatory.of(principal)
    check_not_concerned(person_id, who)
    check_from(from_on, case.reported_on, now)
    if queries.has_open(uow.session, case_id, person_id):
        raise Conflict(N_("A hold on this person stands or waits in this case already"))
    proposed = Hold(
        case_id=case_id, person_id=person_id, reference=uuid4(), from_on=from_on, reason=reason,
        status=HoldStatus.PROPOSED, proposed_by=who.account_id, proposed_person_id=who.person_id,
        proposed_at=now,
    )  # fmt: skip
    uow.session.add(proposed)
    append(uow, messages.HoldProposed(), row=proposed, actor=principal, now=now)
    write_entry(uow, principal, now, case_id, EntryKind.HOLD_PROPOSED, person_id=person_id, body=reason)
    return proposed


def decide_hold(
    uow: UnitOfWork, principal: Principal, now: datetime, hold_id: UUID, step: HoldStep, reason: str = ""
) -> Hold:
    """Take one step with a hold; see `rules.take_step` for who may. Proposing an end needs a reason."""
    hold = queries.get_hold(uow.session, hold_id, principal)
    who = Signatory.of(principal)
    after = take_step(hold.facts, step, who)
    if step is HoldStep.PROPOSE_END and not reason:
        raise Conflict(N_("Say why it should end"), fields={"reason": [N_("Say why it should end.")]})
    _sign(hold, step, who, now, reason)
    hold.status = after.status
    message, kind = _FACTS[step]
    append(uow, message(), row=hold, actor=principal, now=now)
    write_entry(uow, principal, now, hold.case_id, kind, person_id=hold.person_id, body=reason or None)
    if step in (HoldStep.APPROVE, HoldStep.APPROVE_END):
        stated = statement(hold.person_id, hold.reference, hold.from_on, hold.ended_at)
        state_impediment(uow, stated, now)
    return hold


def _sign(hold: Hold, step: HoldStep, who: Signatory, now: datetime, reason: str) -> None:
    """Write down who took the step."""
    match step:
        case HoldStep.APPROVE | HoldStep.REFUSE | HoldStep.WITHDRAW:
            hold.decided_by, hold.decided_at = who.account_id, now
        case HoldStep.PROPOSE_END:
            hold.end_proposed_by, hold.end_proposed_person_id = who.account_id, who.person_id
            hold.end_proposed_at, hold.end_reason = now, reason
        case HoldStep.APPROVE_END:
            hold.ended_by, hold.ended_at = who.account_id, now
        case HoldStep.KEEP:
            hold.end_proposed_by = hold.end_proposed_person_id = None
            hold.end_proposed_at = hold.end_reason = None
