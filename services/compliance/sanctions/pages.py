"""Pages: the sanctions of a case."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template
from flask_babel import gettext as _

from services.compliance import permissions as p
from services.compliance.cases.queries import get_case, officer_names, subjects_of
from services.compliance.cases.rules import CaseStatus
from services.compliance.sanctions import commands, queries
from services.compliance.sanctions.rules import SanctionStep, can_take
from services.compliance.sanctions.schemas import SanctionFormSchema, SanctionStepSchema
from services.compliance.signatories.rules import Signatory
from shared.core.errors import DomainError
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import say

pages = Blueprint("sanctions", __name__, url_prefix="/compliance")


@pages.get("/cases/<uuid:case_id>/sanctions")
@guard(p.CASE_WORK)
def of_case(case_id: UUID) -> str:
    """Show the sanctions of a case, and propose one."""
    return _page(case_id, Form(SanctionFormSchema()))


@pages.post("/cases/<uuid:case_id>/sanctions")
@guard(p.CASE_WORK)
def propose(case_id: UUID) -> Any:
    """Propose that incentive is forfeited."""
    form = Form(SanctionFormSchema())
    if form.validate():
        data = dict(form.data)
        data["periods"] = [part for part in re.split(r"[\s,，、;；]+", data["periods"]) if part]
        try:
            commands.propose_forfeiture(current_uow(), current_principal(), now(), case_id, **data)
        except DomainError as error:
            if not error.fields:
                raise
            form.reject(error)
        else:
            return _back(case_id, _("Proposed. It takes effect when a second officer approves it."))
    return _page(case_id, form), 422


@pages.post("/sanctions/<uuid:sanction_id>/steps")
@guard(p.CASE_WORK)
def take_step(sanction_id: UUID) -> Any:
    """Decide on a proposed sanction."""
    form = Form(SanctionStepSchema())
    if not form.validate():
        found = queries.get_sanction(current_uow().session, sanction_id, current_principal())
        return _page(found.case_id, Form(SanctionFormSchema())), 422
    step = SanctionStep(form.data["step"])
    found = commands.decide_sanction(
        current_uow(), current_principal(), now(), sanction_id, step, form.data["reason"]
    )
    return _back(found.case_id, _("Done: %(step)s.", step=say(found.status.label)))


def _page(case_id: UUID, form: Form) -> str:
    session, principal = current_uow().session, current_principal()
    case = get_case(session, case_id, principal)
    sanctions = queries.list_sanctions(session, case_id, principal)
    accounts = [account for one in sanctions for account in (one.proposed_by, one.decided_by)]
    subjects = subjects_of(session, principal, [case]).get(case.id, [])
    who = Signatory.of(principal)
    return render_template(
        "compliance/case_sanctions.html", case=case, sanctions=sanctions, form=form, subjects=subjects,
        names=dict(subjects), officers=officer_names(session, accounts),
        steps={one.id: [step for step in SanctionStep if can_take(one.facts, step, who)] for one in sanctions},
        may_propose=case.status is CaseStatus.DECISION,
    )  # fmt: skip


def _back(case_id: UUID, message: str) -> Response:
    flash(message, "eligible")
    return redirect(f"/compliance/cases/{case_id}/sanctions", 303)  # type: ignore[return-value]
