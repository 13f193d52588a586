"""Asking for another due date, and the queue in which it is decided."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.assignments.queries import AssignmentDetail, get_detail
from services.training.exceptions.commands import (
    grant_exception,
    refuse_exception,
    request_exception,
    withdraw_exception,
)
from services.training.exceptions.models import DueException
from services.training.exceptions.queries import (
    ExceptionDetail,
    check_asker,
    count_exceptions,
    details_of,
    get_exception,
    list_exceptions,
)
from services.training.exceptions.rules import CAUSE_WORDS, STATUS_WORDS, ExceptionStatus
from services.training.exceptions.schemas import ExceptionDecisionSchema, ExceptionRequestSchema
from services.training.permissions import OWN_TRAINING, RELIEF_DECIDE, RELIEF_READ, manages, visible
from services.training.standing.rules import assignment_url
from shared.core.errors import InvalidInput
from shared.core.text import N_
from shared.directory import names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard

Answer = Response | tuple[str, int]

bp = Blueprint("training_exceptions", __name__, url_prefix="/training")


@bp.get("/assignments/<uuid:assignment_id>/exception")
@guard(OWN_TRAINING)
def request_page(assignment_id: UUID) -> str:
    """The form by which another date is asked for."""
    return _request_page(_askable(assignment_id), Form(ExceptionRequestSchema()))


@bp.post("/assignments/<uuid:assignment_id>/exception")
@guard(OWN_TRAINING)
def request_one(assignment_id: UUID) -> Answer:
    """Ask for another date."""
    detail, form = _askable(assignment_id), Form(ExceptionRequestSchema())

    def change() -> None:
        request_exception(
            current_uow(), detail.assignment, form.data["reason"], wished_on=form.data["wished_on"],
            actor=current_principal(), now=now(),
        )  # fmt: skip

    if not form.carry_out(change):
        return _request_page(detail, form), 422
    flash(_("Your request awaits a decision. Until then the present date holds."), "notice")
    return redirect(assignment_url(assignment_id), 303)


@bp.get("/exceptions")
@guard(RELIEF_READ)
def queue() -> str:
    """Due dates that cannot be met, the one that has waited longest first."""
    session = current_uow().session
    condition = visible(current_principal(), DueException.person_id)
    status = request.args.get("status", ExceptionStatus.REQUESTED.value)
    wanted = ExceptionStatus(status) if status in set(ExceptionStatus) else ExceptionStatus.REQUESTED
    page = list_exceptions(session, condition, status=wanted, cursor=request.args.get("cursor"))
    counts = count_exceptions(session, condition)
    return render_template(
        "training/exceptions.html",
        rows=details_of(session, page.items),
        next_cursor=page.next_cursor,
        wanted=wanted,
        tabs=[(one, STATUS_WORDS[one], counts.get(one, 0)) for one in ExceptionStatus],
        cause_words=CAUSE_WORDS,
    )


@bp.get("/exceptions/<uuid:exception_id>")
@guard(OWN_TRAINING)
def exception_page(exception_id: UUID) -> str:
    """One exception, and the decision on it."""
    detail = _visible(exception_id)
    return _decision_page(detail, Form(ExceptionDecisionSchema(), {"due_on": detail.exception.wished_on}))


@bp.post("/exceptions/<uuid:exception_id>/grant")
@guard(RELIEF_DECIDE)
def grant(exception_id: UUID) -> Answer:
    """Give another date."""
    detail, form = _visible(exception_id), Form(ExceptionDecisionSchema())

    def change() -> None:
        if form.data["due_on"] is None:
            missing = N_("Missing data for required field.")
            raise InvalidInput(missing, fields={"due_on": [missing]})
        grant_exception(
            current_uow(), detail.exception, detail.assignment, form.data["due_on"], form.data["reason"],
            actor=current_principal(), now=now(),
        )  # fmt: skip

    return _decide(detail, form, change, _("The new due date holds."))


@bp.post("/exceptions/<uuid:exception_id>/refuse")
@guard(RELIEF_DECIDE)
def refuse(exception_id: UUID) -> Answer:
    """Let the date stay."""
    detail, form = _visible(exception_id), Form(ExceptionDecisionSchema())

    def change() -> None:
        refuse_exception(
            current_uow(), detail.exception, form.data["reason"], actor=current_principal(), now=now()
        )

    return _decide(detail, form, change, _("The date stays."))


@bp.post("/exceptions/<uuid:exception_id>/withdraw")
@guard(OWN_TRAINING)
def withdraw(exception_id: UUID) -> Response:
    """Take one's request back."""
    detail = _visible(exception_id)
    _askable(detail.assignment.id)
    withdraw_exception(current_uow(), detail.exception, actor=current_principal(), now=now())
    flash(_("The request is withdrawn."), "notice")
    return redirect(assignment_url(detail.assignment.id), 303)


def _decide(detail: ExceptionDetail, form: Form, change: Callable[[], object], done: str) -> Answer:
    if not form.carry_out(change):
        return _decision_page(detail, form), 422
    flash(done, "eligible")
    return redirect("/training/exceptions", 303)


def _askable(assignment_id: UUID) -> AssignmentDetail:
    """Return an assignment for which the caller may ask for another date: their own, or their team's."""
    session, principal = current_uow().session, current_principal()
    detail = get_detail(session, assignment_id, visible(principal, Assignment.person_id))
    check_asker(session, principal, detail.person.id)
    return detail


def _visible(exception_id: UUID) -> ExceptionDetail:
    condition = visible(current_principal(), DueException.person_id)
    return get_exception(current_uow().session, exception_id, condition)


def _request_page(detail: AssignmentDetail, form: Form) -> str:
    labels = {"wished_on": _("By when it could be done"), "reason": _("Reason")}
    return render_template("training/exception_request.html", detail=detail, form=form, labels=labels)


def _decision_page(detail: ExceptionDetail, form: Form) -> str:
    session, principal, found = current_uow().session, current_principal(), detail.exception
    asked_by = {one for one in (found.requested_by, found.decided_by) if one is not None}
    waits = found.status is ExceptionStatus.REQUESTED
    mine = found.person_id == principal.person_id
    return render_template(
        "training/exception.html",
        detail=detail,
        found=found,
        form=form,
        labels={"due_on": _("New due date"), "reason": _("Reason")},
        names=names_of(session, asked_by),
        status_words=STATUS_WORDS,
        cause_words=CAUSE_WORDS,
        decides=allows(RELIEF_DECIDE) and waits and not mine,
        withdraws=waits and (mine or manages(session, principal, found.person_id)),
    )
