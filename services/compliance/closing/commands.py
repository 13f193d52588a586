"""Closing and reopening."""

from datetime import datetime
from uuid import UUID

from services.compliance.cases.commands import move, write_entry
from services.compliance.cases.models import Case
from services.compliance.cases.queries import get_case
from services.compliance.cases.rules import CaseStep, EntryKind, Outcome
from services.compliance.closing.rules import check_nothing_open, check_outcome
from services.compliance.holds.queries import has_open
from services.compliance.sanctions.queries import has_waiting, list_sanctions
from services.compliance.sanctions.rules import SanctionStatus
from shared.core.principals import Principal
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.compliance import CaseClosed, CaseReopened


def close_case(
    uow: UnitOfWork, principal: Principal, now: datetime, case_id: UUID, outcome: Outcome, summary: str
) -> Case:
    """Close a case with its outcome and a summary; raise Conflict while a hold stands or anything waits."""
    case = get_case(uow.session, case_id, principal, lock=True)
    check_nothing_open(holds=has_open(uow.session, case_id), sanctions=has_waiting(uow.session, case_id))
    sanctions = list_sanctions(uow.session, case_id, principal)
    check_outcome(outcome, sanctioned=any(one.status is SanctionStatus.APPROVED for one in sanctions))
    move(case, CaseStep.CLOSE, now)
    case.outcome, case.summary = outcome, summary
    append(uow, CaseClosed(), row=case, actor=principal, now=now)
    write_entry(uow, principal, now, case_id, EntryKind.CLOSED, body=summary)
    return case


def reopen_case(uow: UnitOfWork, principal: Principal, now: datetime, case_id: UUID, reason: str) -> Case:
    """Take a closed case up again, at its investigation; its former outcome stays in its record."""
    case = get_case(uow.session, case_id, principal, lock=True)
    move(case, CaseStep.REOPEN, now)
    case.outcome = case.summary = None
    append(uow, CaseReopened(), row=case, actor=principal, now=now)
    write_entry(uow, principal, now, case_id, EntryKind.REOPENED, body=reason)
    return case
