"""Assigning by hand and in bulk: choose, look at whom it asks, do it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from services.training.assigning.commands import ASSIGN_JOB, FILE_JOB, Order, assign_chunk, enqueue_order
from services.training.assigning.queries import Preview, count_people, preview
from services.training.assigning.rules import AT_ONCE, OUTCOME_WORDS, Outcome, check_due
from services.training.assigning.schemas import BulkFormSchema
from services.training.courses.queries import get_course, list_published
from services.training.permissions import ASSIGN
from shared.core.errors import DomainError, InvalidInput, NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import Audience
from shared.jobs import find_job
from shared.messages.people import Position, ProductLine, Region
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code

Answer = Response | str | tuple[str, int]
HERE = "/training/assign"
_SHOWN = 50

bp = Blueprint("training_assigning", __name__, url_prefix=HERE)


@bp.get("")
@guard(ASSIGN)
def form_page() -> str:
    """The form; the team's page gives the people who were chosen there."""
    chosen = [one for one in request.args.getlist("ids") if _is_id(one)]
    return _page(Form(BulkFormSchema(), {"ids": chosen, "due_days": 30}), None)


@bp.post("/preview")
@guard(ASSIGN)
def preview_page() -> Answer:
    """Show what it comes to; nothing is changed."""
    form = Form(BulkFormSchema())
    try:
        order = _order(form)
    except DomainError as error:
        form.reject(error)
        order = None
    if order is None:
        return _page(form, None), 422
    session, today = current_uow().session, local_date(now())
    found = preview(session, order.people(today), order.course_id, order.due_on, today, shown=_SHOWN)
    return _page(form, found, due_on=order.due_on)


@bp.post("")
@guard(ASSIGN)
def assign() -> Answer:
    """Ask the course: at once, or by a job when they are many."""
    form, uow = Form(BulkFormSchema()), current_uow()
    try:
        order = _order(form)
    except DomainError as error:
        form.reject(error)
        order = None
    if order is None:
        return _page(form, None), 422
    if count_people(uow.session, order.people(local_date(now()))) > AT_ONCE:
        job = enqueue_order(uow, order, now=now())
        return redirect(f"{HERE}/jobs/{job.id}", 303)
    made = assign_chunk(uow, order, None, now=now()).counts.get(Outcome.NEW, 0)
    flash(ngettext("%(num)d person was assigned", "%(num)d people were assigned", made), "eligible")
    return redirect("/training/team", 303)


@bp.get("/jobs/<uuid:job_id>")
@guard(ASSIGN)
def job_page(job_id: UUID) -> str:
    """How far a job is, and what it came to; only for whoever asked for it."""
    job = find_job(current_uow().session, job_id)
    if job is None or job.kind not in (ASSIGN_JOB, FILE_JOB) or job.created_by != current_principal().actor:
        raise NotFound(N_("There is no such work"))
    result: dict[str, Any] = job.result or {}
    return render_template(
        "training/assign_job.html",
        job=job,
        counts=[(OUTCOME_WORDS[one], result[one.value]) for one in Outcome if result.get(one.value)],
    )


def _order(form: Form) -> Order | None:
    """Return what the form asks, or None with its errors. Raises InvalidInput, NotFound."""
    if not form.validate():
        return None
    asked, today = form.data, local_date(now())
    get_course(current_uow().session, asked["course_id"], drafts=False)
    due_on: date | None = asked["due_on"]
    if due_on is None and asked["due_days"] is not None:
        due_on = today + timedelta(days=asked["due_days"])
    if due_on is None:
        message = N_("Give a date, or a number of days from today")
        raise InvalidInput(message, fields={"due_on": [message]})
    check_due(due_on, today)
    described = Audience(tuple(asked["positions"]), tuple(asked["regions"]), tuple(asked["product_lines"]))
    audience = described if described != Audience() or asked["everybody"] else None
    if not asked["ids"] and audience is None:
        message = N_("Choose somebody: on the team's page, by what they are, or everybody")
        raise InvalidInput(message, fields={"everybody": [message]})
    ids = tuple(asked["ids"]) or None
    return Order(
        asked["course_id"], due_on, current_principal(), asked["note"], ids, None if ids else audience
    )


def _page(form: Form, found: Preview | None, *, due_on: date | None = None) -> str:
    chosen = form.values.get("ids") or []
    return render_template(
        "training/assign.html",
        form=form,
        found=found,
        due_on=due_on,
        chosen=chosen,
        courses=[
            (str(one.id), one.title.pick(locale_code())) for one in list_published(current_uow().session)
        ],
        groups=[
            ("positions", _("Job position"), [(one.value, one.label) for one in Position]),
            ("regions", _("Sales region"), [(one.value, one.label) for one in Region]),
            ("product_lines", _("Product line"), [(one.value, one.label) for one in ProductLine]),
        ],
        outcome_words=OUTCOME_WORDS,
        outcomes=list(Outcome),
        labels={
            "course_id": _("Training"),
            "due_on": _("Due on"),
            "due_days": _("Or due so many days from today"),
            "note": _("Note"),
            "everybody": _("Everybody whom I look after"),
        },
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
