"""Pages: closing a case, and reopening a closed one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from services.compliance import permissions as p
from services.compliance.cases.queries import get_case
from services.compliance.cases.rules import CaseStatus, Outcome
from services.compliance.closing import commands
from services.compliance.closing.schemas import ClosureSchema, ReopeningSchema
from services.compliance.holds.queries import has_open
from services.compliance.sanctions.queries import has_waiting
from shared.core.errors import DomainError, NotFound
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard

pages = Blueprint("closing", __name__, url_prefix="/compliance/cases")


@pages.route("/<uuid:case_id>/close", methods=["GET", "POST"])
@guard(p.CASE_WORK)
def close(case_id: UUID) -> Any:
    """Close a case, or say what must be settled first."""
    form = Form(ClosureSchema())
    if request.method == "POST" and form.validate():
        outcome, summary = Outcome(form.data["outcome"]), form.data["summary"]
        try:
            commands.close_case(current_uow(), current_principal(), now(), case_id, outcome, summary)
        except NotFound:
            raise
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The case is closed."), "eligible")
            return redirect(f"/compliance/cases/{case_id}", 303)
    session = current_uow().session
    case = get_case(session, case_id, current_principal())
    page = render_template(
        "compliance/case_close.html", case=case, form=form, outcomes=list(Outcome),
        holds=has_open(session, case_id), sanctions=has_waiting(session, case_id),
        ready=case.status is CaseStatus.DECISION,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@pages.route("/<uuid:case_id>/reopen", methods=["GET", "POST"])
@guard(p.CASE_WORK)
def reopen(case_id: UUID) -> Any:
    """Reopen a closed case, saying why."""
    session = current_uow().session
    case = get_case(session, case_id, current_principal())
    form = Form(ReopeningSchema())
    if request.method == "POST" and form.validate():
        commands.reopen_case(current_uow(), current_principal(), now(), case_id, form.data["reason"])
        flash(_("The case is open again, at its investigation."), "eligible")
        return redirect(f"/compliance/cases/{case_id}", 303)
    page = render_template("compliance/case_reopen.html", case=case, form=form)
    return page, 422 if form.errors else 200
