"""Pages of learning paths: what each asks of whom, and switching them on and off."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.certifications.rules import STATE_WORDS, check_earned
from services.training.curricula.queries import (
    Required,
    count_audience,
    get_curriculum,
    list_curricula,
    list_requirements,
)
from services.training.curricula.rules import OPENS_WORDS, STATUS_WORDS
from services.training.curricula.schemas import say_due
from services.training.enrolment.commands import activate_curriculum, archive_curriculum
from services.training.enrolment.queries import get_period_line, list_period_lines
from services.training.permissions import CURRICULA_EDIT, CURRICULA_READ, OWN_TRAINING, visible
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import DirectoryPerson
from shared.messages.people import Position, ProductLine, Region
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import allows, guard

bp = Blueprint("training_curricula", __name__, url_prefix="/training/curricula")
periods_bp = Blueprint("training_periods", __name__, url_prefix="/training/periods")


@bp.get("")
@guard(CURRICULA_READ)
def curriculum_list() -> str:
    """All learning paths, with how many people each is for today."""
    session, today = current_uow().session, local_date(now())
    rows = [
        {"curriculum": one, "people": count_audience(session, one.audience, today), "due": say_due(one.due)}
        for one in list_curricula(session)
    ]
    return render_template(
        "training/curriculum_list.html", rows=rows, status_words=STATUS_WORDS, edits=allows(CURRICULA_EDIT)
    )


@bp.get("/<uuid:curriculum_id>")
@guard(CURRICULA_READ)
def curriculum_page(curriculum_id: UUID) -> str:
    """One learning path: its courses in their order, its audience, its due rule."""
    session = current_uow().session
    curriculum = get_curriculum(session, curriculum_id)
    return render_template(
        "training/curriculum.html",
        curriculum=curriculum,
        steps=_steps(list_requirements(session, curriculum_id=curriculum_id)),
        opens=OPENS_WORDS,
        people=count_audience(session, curriculum.audience, local_date(now())),
        labels={one.value: one.label for kind in (Position, Region, ProductLine) for one in kind},
        due=say_due(curriculum.due),
        status_words=STATUS_WORDS,
        edits=allows(CURRICULA_EDIT),
    )


@bp.post("/<uuid:curriculum_id>/activate")
@guard(CURRICULA_EDIT)
def activate(curriculum_id: UUID) -> Response:
    """Let a learning path apply from today."""
    uow = current_uow()
    curriculum = get_curriculum(uow.session, curriculum_id)
    activate_curriculum(uow, curriculum, actor=current_principal(), now=now())
    flash(_("The learning path is active; assignments are being made."), "eligible")
    return redirect(f"/training/curricula/{curriculum_id}", 303)


@bp.post("/<uuid:curriculum_id>/archive")
@guard(CURRICULA_EDIT)
def archive(curriculum_id: UUID) -> Response:
    """Let a learning path apply to nobody any more."""
    uow = current_uow()
    curriculum = get_curriculum(uow.session, curriculum_id)
    archive_curriculum(uow, curriculum, actor=current_principal(), now=now())
    flash(_("The learning path is archived; its open assignments are being cancelled."), "notice")
    return redirect(f"/training/curricula/{curriculum_id}", 303)


@periods_bp.get("")
@guard(OWN_TRAINING)
def period_list() -> str:
    """What somebody is certified in, course by course, through time: one's own, or another's whom one may see."""
    principal, session = current_principal(), current_uow().session
    person_id = request.args.get("person", type=UUID)
    person = None
    if person_id is not None and person_id != principal.person_id:
        person = session.scalar(
            select(DirectoryPerson).where(
                DirectoryPerson.id == person_id, visible(principal, DirectoryPerson.id)
            )
        )
        if person is None:
            raise NotFound(N_("This person is not on the roster"))
    whose = person.id if person is not None else principal.person_id
    lines = list_period_lines(session, whose, now()) if whose is not None else []
    return render_template("training/periods.html", lines=lines, person=person, words=STATE_WORDS)


@periods_bp.get("/<uuid:assignment_id>/certificate")
@guard(OWN_TRAINING)
def period_certificate(assignment_id: UUID) -> Response:
    """Go to the certificate of a period; before it is earned there is none, and it says so."""
    condition = visible(current_principal(), Assignment.person_id)
    line = get_period_line(current_uow().session, assignment_id, condition, now())
    check_earned(line.state, line.window_start)
    if line.certificate_id is None:
        raise NotFound(N_("This course gives no certificate"))
    return redirect(f"/training/certificates/{line.certificate_id}", 303)


def _steps(required: list[Required]) -> list[dict[str, Any]]:
    """Return the steps of a path with the courses of each."""
    found: dict[UUID, dict[str, Any]] = {}
    for one in required:
        found.setdefault(one.group.id, {"group": one.group, "courses": []})["courses"].append(one.course)
    return list(found.values())
