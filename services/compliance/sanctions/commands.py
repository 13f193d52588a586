"""Proposing and deciding sanctions; an approved forfeiture is stated to eligibility in the same breath."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from services.compliance.cases.commands import write_entry
from services.compliance.cases.queries import get_case, is_subject
from services.compliance.cases.rules import EntryKind
from services.compliance.sanctions import queries
from services.compliance.sanctions.models import Sanction
from services.compliance.sanctions.rules import (
    SanctionKind,
    SanctionStatus,
    SanctionStep,
    check_case,
    parse_periods,
    statement,
    take_step,
)
from services.compliance.signatories.rules import Signatory
from services.compliance.standing.commands import state_impediment
from shared.core.errors import Conflict, Forbidden
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages import compliance as messages

_FACTS = {
    SanctionStep.APPROVE: (messages.SanctionApproved, EntryKind.SANCTION_APPROVED),
    SanctionStep.REFUSE: (messages.SanctionRefused, EntryKind.SANCTION_REFUSED),
    SanctionStep.WITHDRAW: (messages.SanctionWithdrawn, EntryKind.SANCTION_WITHDRAWN),
}


def propose_forfeiture(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    case_id: UUID,
    *,
    person_id: UUID,
    periods: Sequence[str],
    reason: str,
) -> Sanction:
    """Propose that somebody named in a case forfeits the incentive of named periods; nothing is stated yet.

    Raises Conflict unless the case has come to its decision and the person is named in it, InvalidInput for
    what are not periods.
    """
    case = get_case(uow.session, case_id, principal, lock=True)
    check_case(case.status)
    if not is_subject(uow.session, case_id, person_id):
        raise Conflict(
            N_("A sanction can only be on somebody named in the case"),
            fields={"person_id": [N_("Choose somebody named in the case.")]},
        )
    named = parse_periods(periods)
    who = Signatory.of(principal)
    if who.person_id == person_id:
        raise Forbidden(N_("Nobody decides on a measure against themselves"))
    proposed = Sanction(
        case_id=case_id, person_id=person_id, reference=uuid4(), kind=SanctionKind.INCENTIVE_FORFEITURE,
        periods=[period.code for period in named], reason=reason, status=SanctionStatus.PROPOSED,
        proposed_by=who.account_id, proposed_person_id=who.person_id, proposed_at=now,
    )  # fmt: skip
    uow.session.add(proposed)
    append(uow, messages.SanctionProposed(), row=proposed, actor=principal, now=now)
    write_entry(uow, principal, now, case_id, EntryKind.SANCTION_PROPOSED, person_id=person_id, body=reason)
    return proposed


def decide_sanction(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    sanction_id: UUID,
    step: SanctionStep,
    reason: str = "",
) -> Sanction:
    """Approve, refuse or withdraw a proposed sanction; see `rules.take_step` for who may."""
    sanction = queries.get_sanction(uow.session, sanction_id, principal)
    who = Signatory.of(principal)
    sanction.status = take_step(sanction.facts, step, who).status
    sanction.decided_by, sanction.decided_at = who.account_id, now
    message, kind = _FACTS[step]
    append(uow, message(), row=sanction, actor=principal, now=now)
    write_entry(
        uow, principal, now, sanction.case_id, kind, person_id=sanction.person_id, body=reason or None
    )
    if step is SanctionStep.APPROVE:
        stated = statement(sanction.person_id, sanction.reference, parse_periods(sanction.periods))
        state_impediment(uow, stated, now)
    return sanction
