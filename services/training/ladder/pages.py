"""Pages of the ladder itself: the steps of careers, and what each asks for."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.careers.commands import change_step, create_step, end_step
from services.training.careers.models import CareerStep
from services.training.careers.queries import courses_of, get_step, list_certifying, list_steps
from services.training.careers.rules import KIND_WORDS
from services.training.careers.schemas import CriteriaForm, StepForm, criteria_of, with_courses
from services.training.permissions import CAREERS_EDIT, OWN_TRAINING
from shared.core.errors import DomainError
from shared.messages.people import Position
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.validation import Schema

bp = Blueprint("training_ladder", __name__, url_prefix="/training/careers/steps")
_HOME = "/training/careers/steps"


@bp.get("")
@guard(OWN_TRAINING)
def ladder() -> str:
    """The ladder and the lateral moves, and what each asks for."""
    steps = list_steps(current_uow().session)
    return render_template(
        "training/career_steps.html",
        steps=steps,
        courses=courses_of(current_uow().session, steps),
        kinds=KIND_WORDS,
        edits=allows(CAREERS_EDIT),
    )


@bp.get("/new")
@guard(CAREERS_EDIT)
def new_step() -> str:
    """The form for a new step."""
    values = {"months": 12, "clean_days": 90, "sign_off": True}
    return _step_page(None, Form(_step_schema(StepForm), values))


@bp.post("/new")
@guard(CAREERS_EDIT)
def create() -> Response | tuple[str, int]:
    """Open a way from one position to another."""
    form = Form(_step_schema(StepForm))
    if form.validate():
        data = form.data
        try:
            create_step(
                current_uow(), Position(data["source"]), Position(data["target"]), criteria_of(data),
                actor=current_principal(), now=now(),
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The step can be taken from now on."), "eligible")
            return redirect(_HOME, 303)
    return _step_page(None, form), 422


@bp.get("/<uuid:step_id>")
@guard(CAREERS_EDIT)
def edit_step(step_id: UUID) -> str:
    """The form for what a step asks for."""
    step = get_step(current_uow().session, step_id)
    criteria = step.criteria
    values = {
        "months": criteria.months,
        "clean_days": criteria.clean_days,
        "sign_off": criteria.sign_off,
        "mentored": criteria.mentored,
        **{f"course-{one}": True for one in criteria.courses},
    }
    return _step_page(step, Form(_step_schema(CriteriaForm), values))


@bp.post("/<uuid:step_id>")
@guard(CAREERS_EDIT)
def change(step_id: UUID) -> Response | tuple[str, int]:
    """Ask for something else from now on."""
    step, form = get_step(current_uow().session, step_id), Form(_step_schema(CriteriaForm))
    if form.validate():
        try:
            change_step(current_uow(), step, criteria_of(form.data), actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("Saved. Requests that were submitted are judged by what was asked then."), "eligible")
            return redirect(_HOME, 303)
    return _step_page(step, form), 422


@bp.post("/<uuid:step_id>/end")
@guard(CAREERS_EDIT)
def end(step_id: UUID) -> Response:
    """Let nobody take this step any more."""
    uow = current_uow()
    end_step(uow, get_step(uow.session, step_id), actor=current_principal(), now=now())
    flash(_("Nobody takes this step any more."), "notice")
    return redirect(_HOME, 303)


def _step_page(step: CareerStep | None, form: Form) -> str:
    courses = list_certifying(current_uow().session)
    return render_template(
        "training/career_step.html", step=step, form=form, courses=courses, positions=list(Position)
    )


def _step_schema(form: type[Schema]) -> Schema:
    return with_courses(form, [one.id for one in list_certifying(current_uow().session)])
