"""Pages by which managers and trainers change an assignment: more time, or an exemption."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.assignments.commands import exempt_assignment, extend_assignment
from services.training.assignments.models import Assignment
from services.training.assignments.queries import AssignmentDetail, get_detail
from services.training.assignments.schemas import ExemptSchema, ExtendSchema
from services.training.permissions import EXEMPT, EXTEND, manages, visible_team
from services.training.standing.rules import assignment_url
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard

Answer = Response | tuple[str, int]

bp = Blueprint("training_assignments", __name__, url_prefix="/training/assignments")


@bp.get("/<uuid:assignment_id>/extend")
@guard(EXTEND)
def extend_page(assignment_id: UUID) -> str:
    """The form by which a manager gives more time."""
    return _extend_page(_managed(assignment_id), Form(ExtendSchema()))


@bp.post("/<uuid:assignment_id>/extend")
@guard(EXTEND)
def extend(assignment_id: UUID) -> Answer:
    """Give more time, with a reason."""
    detail = _managed(assignment_id)

    def change(data: dict[str, Any]) -> None:
        uow, actor = current_uow(), current_principal()
        extend_assignment(uow, detail.assignment, data["due_on"], data["reason"], actor=actor, now=now())

    return _decide(detail, Form(ExtendSchema()), change, _("The new due date holds."), _extend_page)


@bp.get("/<uuid:assignment_id>/exempt")
@guard(EXEMPT)
def exempt_page(assignment_id: UUID) -> str:
    """The form by which a trainer exempts somebody."""
    return _exempt_page(_visible(assignment_id), Form(ExemptSchema()))


@bp.post("/<uuid:assignment_id>/exempt")
@guard(EXEMPT)
def exempt(assignment_id: UUID) -> Answer:
    """Exempt somebody, with a reason."""
    detail = _visible(assignment_id)

    def change(data: dict[str, Any]) -> None:
        uow, actor = current_uow(), current_principal()
        exempt_assignment(uow, detail.assignment, data["reason"], actor=actor, now=now())

    return _decide(detail, Form(ExemptSchema()), change, _("The exemption holds."), _exempt_page)


def _decide(
    detail: AssignmentDetail,
    form: Form,
    change: Callable[[dict[str, Any]], None],
    done: str,
    page: Callable[[AssignmentDetail, Form], str],
) -> Answer:
    """Carry out what the form says and show the assignment; or show the form again with what is wrong."""
    if form.validate():
        try:
            change(form.data)
        except DomainError as error:
            form.reject(error)
        else:
            flash(done, "eligible")
            return redirect(assignment_url(detail.assignment.id), 303)
    return page(detail, form), 422


def _visible(assignment_id: UUID) -> AssignmentDetail:
    condition = visible_team(current_principal(), Assignment.person_id)
    return get_detail(current_uow().session, assignment_id, condition)


def _managed(assignment_id: UUID) -> AssignmentDetail:
    """Return an assignment of somebody below the caller; nobody extends their own."""
    detail = _visible(assignment_id)
    if not manages(current_uow().session, current_principal(), detail.person.id):
        raise NotFound(N_("There is no such assignment"))
    return detail


def _extend_page(detail: AssignmentDetail, form: Form) -> str:
    return render_template(
        "training/assignment_extend.html",
        detail=detail,
        form=form,
        labels={"due_on": _("New due date"), "reason": _("Reason")},
    )


def _exempt_page(detail: AssignmentDetail, form: Form) -> str:
    return render_template(
        "training/assignment_exempt.html", detail=detail, form=form, labels={"reason": _("Reason")}
    )
