"""The page by which a manager gives somebody more time."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.assignments.commands import extend_assignment
from services.training.assignments.models import Assignment
from services.training.assignments.queries import AssignmentDetail, get_detail
from services.training.assignments.schemas import ExtendSchema
from services.training.permissions import EXTEND, manages, visible_team
from services.training.standing.rules import assignment_url
from shared.core.errors import NotFound
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
    detail, form = _managed(assignment_id), Form(ExtendSchema())

    def change() -> None:
        extend_assignment(
            current_uow(), detail.assignment, form.data["due_on"], form.data["reason"],
            actor=current_principal(), now=now(),
        )  # fmt: skip

    if not form.carry_out(change):
        return _extend_page(detail, form), 422
    flash(_("The new due date holds."), "eligible")
    return redirect(assignment_url(assignment_id), 303)


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
