"""Pages: the interim holds of a case, and those that wait for me."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _

from services.compliance import permissions as p
from services.compliance.cases.queries import get_case, officer_names, subjects_of
from services.compliance.cases.rules import CaseStatus
from services.compliance.holds import commands, queries
from services.compliance.holds.models import Hold
from services.compliance.holds.rules import OPEN, HoldStep, can_take
from services.compliance.holds.schemas import EndHoldFormSchema, ProposeHoldSchema
from services.compliance.signatories.rules import Signatory
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import say

pages = Blueprint("holds", __name__, url_prefix="/compliance")


@pages.get("/holds")
@guard(p.CASE_WORK)
def waiting() -> str:
    """List what waits for a second person, in the cases I am on, and say what I can decide."""
    session, principal = current_uow().session, current_principal()
    found = queries.list_waiting(session, principal)
    holds = [hold for hold, _case in found]
    return render_template(
        "compliance/holds.html", found=found, steps=_steps(holds),
        names=names_of(session, [one.person_id for one in holds]),
        officers=officer_names(session, [one.end_proposed_by or one.proposed_by for one in holds]),
    )  # fmt: skip


@pages.get("/cases/<uuid:case_id>/holds")
@guard(p.CASE_WORK)
def of_case(case_id: UUID) -> str:
    """Show the holds of a case, and propose one."""
    return _page(case_id, Form(ProposeHoldSchema(), {"from_on": local_date(now()).isoformat()}))


@pages.post("/cases/<uuid:case_id>/holds")
@guard(p.CASE_WORK)
def propose(case_id: UUID) -> Any:
    """Propose a hold."""
    form = Form(ProposeHoldSchema())
    if form.validate():
        try:
            commands.propose_hold(current_uow(), current_principal(), now(), case_id, **form.data)
        except DomainError as error:
            if not error.fields:
                raise
            form.reject(error)
        else:
            return _back(case_id, _("Proposed. It takes effect when a second officer approves it."))
    return _page(case_id, form), 422


@pages.post("/holds/<uuid:hold_id>/steps")
@guard(p.CASE_WORK)
def take_step(hold_id: UUID) -> Any:
    """Approve, refuse, withdraw; approve the end, or keep."""
    asked = request.form.get("step", "")
    if asked not in set(HoldStep):
        raise InvalidInput(N_("There is no such step"))
    step = HoldStep(asked)
    hold = commands.decide_hold(current_uow(), current_principal(), now(), hold_id, step)
    return _back(hold.case_id, _("Done: %(step)s.", step=say(hold.status.label)))


@pages.route("/holds/<uuid:hold_id>/end", methods=["GET", "POST"])
@guard(p.CASE_WORK)
def propose_end(hold_id: UUID) -> Any:
    """Propose to end a hold, saying why."""
    session, principal = current_uow().session, current_principal()
    hold = queries.get_hold(session, hold_id, principal)
    form = Form(EndHoldFormSchema())
    if request.method == "POST" and form.validate():
        commands.decide_hold(
            current_uow(), principal, now(), hold_id, HoldStep.PROPOSE_END, form.data["reason"]
        )
        return _back(hold.case_id, _("Proposed. It takes effect when a second officer approves it."))
    case = get_case(session, hold.case_id, principal)
    page = render_template("compliance/hold_end.html", hold=hold, case=case, form=form)
    return page, 422 if form.errors else 200


def _page(case_id: UUID, form: Form) -> str:
    session, principal = current_uow().session, current_principal()
    case = get_case(session, case_id, principal)
    holds = queries.list_holds(session, case_id, principal)
    accounts = [
        account
        for one in holds
        for account in (one.proposed_by, one.decided_by, one.end_proposed_by, one.ended_by)
    ]
    subjects = subjects_of(session, principal, [case]).get(case.id, [])
    held = {one.person_id for one in holds if one.status in OPEN}
    return render_template(
        "compliance/case_holds.html", case=case, holds=holds, form=form,
        names=dict(subjects), officers=officer_names(session, accounts), steps=_steps(holds),
        free=[one for one in subjects if one[0] not in held] if case.status is not CaseStatus.CLOSED else [],
    )  # fmt: skip


def _steps(holds: Sequence[Hold]) -> dict[UUID, list[HoldStep]]:
    """Return the steps that the principal may take with each hold."""
    who = Signatory.of(current_principal())
    return {one.id: [step for step in HoldStep if can_take(one.facts, step, who)] for one in holds}


def _back(case_id: UUID, message: str) -> Response:
    flash(message, "eligible")
    target = f"/compliance/cases/{case_id}/holds"
    if request.form.get("next") == "/compliance/holds":
        target = "/compliance/holds"
    return redirect(target, 303)  # type: ignore[return-value]
