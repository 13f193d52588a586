"""The editor of learning paths; for an active one, what a change would do before it is made, and its history."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.certifications.rules import Basis, DueKind, OffCycle
from services.training.courses.queries import courses_by_id, list_titles
from services.training.curricula.commands import copy_curriculum, create_curriculum, edit_curriculum
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import (
    content_of,
    count_audience,
    find_by_code,
    find_revision_at,
    get_curriculum,
    list_revisions,
)
from services.training.curricula.rules import OPENS_WORDS, CurriculumStatus
from services.training.curricula.schemas import CODE, PathForm, say_due
from services.training.permissions import CURRICULA_EDIT, CURRICULA_READ
from services.training.revisions.commands import confirm, drop, propose
from services.training.revisions.models import CurriculumProposal
from services.training.revisions.queries import get_proposal, list_changes
from services.training.revisions.rules import CHANGE_WORDS, STATUS_WORDS, ChangeKind, ProposalStatus
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_
from shared.core.zones import end_of_day, local_date
from shared.directory import list_people
from shared.jobs import find_job
from shared.messages.people import Position, ProductLine, Region
from shared.tabular import write_csv
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.i18n import say

bp = Blueprint("training_revisions", __name__, url_prefix="/training/curricula")

Answer = Response | tuple[str, int]
_PAGE = 50
KINDS = {
    DueKind.AFTER_JOINING: N_("Days after it begins to apply to somebody"),
    DueKind.AFTER_HIRE: N_("Days after the hire"),
    DueKind.AFTER_POSITION: N_("Days after taking the position"),
    DueKind.FIXED_DATE: N_("A fixed calendar date"),
}
OFF_CYCLES = {
    OffCycle.DAYS: N_("so many days after joining"),
    OffCycle.NEXT_CYCLE: N_("by the next date"),
    OffCycle.SAME_DATE: N_("by the same date"),
}
BASES = {
    Basis.EXPIRY: N_("when it expires"),
    Basis.COMPLETION: N_("counted from its completion"),
    Basis.FIXED: N_("on the fixed date"),
}


@bp.get("/new")
@guard(CURRICULA_EDIT)
def new_path() -> str:
    """The editor, empty."""
    return _editor(None, PathForm.empty())


@bp.post("/new")
@guard(CURRICULA_EDIT)
def create_path() -> Answer | str:
    """Draft a path, or change the rows of the form."""
    form = PathForm.submitted(request.form)
    if form.act(request.form.get("do", "")):
        return _editor(None, form)
    uow, actor = current_uow(), current_principal()
    try:
        code = form.values["code"]
        if not re.fullmatch(CODE, code) or len(code) > 80:
            problem = N_("A code has small letters, digits and hyphens")
            raise InvalidInput(problem, fields={"code": [problem]})
        made = create_curriculum(uow, code=code, content=form.content(), actor=actor, now=now())
    except DomainError as error:
        form.reject(error)
        return _editor(None, form), 422
    flash(_("The draft is kept. Nobody is asked for anything before it is activated."), "eligible")
    return redirect(f"/training/curricula/{made.id}", 303)


@bp.get("/<uuid:curriculum_id>/edit")
@guard(CURRICULA_EDIT)
def edit_path(curriculum_id: UUID) -> str:
    """The editor with what the path says, or with what a proposal would have it say."""
    session = current_uow().session
    curriculum = get_curriculum(session, curriculum_id)
    proposal_id = request.args.get("proposal", type=UUID)
    if proposal_id is not None:
        return _editor(curriculum, PathForm.of(get_proposal(session, curriculum_id, proposal_id).path))
    return _editor(curriculum, PathForm.of(content_of(session, curriculum)))


@bp.post("/<uuid:curriculum_id>/edit")
@guard(CURRICULA_EDIT)
def save_path(curriculum_id: UUID) -> Answer | str:
    """Keep a draft; of an active path, show whom the change would change."""
    uow, actor = current_uow(), current_principal()
    curriculum = get_curriculum(uow.session, curriculum_id)
    form = PathForm.submitted(request.form)
    if form.act(request.form.get("do", "")):
        return _editor(curriculum, form)
    try:
        content = form.content()
        if curriculum.status is CurriculumStatus.ACTIVE:
            proposal = propose(uow, curriculum, content, actor=actor, now=now())
            return redirect(_url(proposal), 303)
        edit_curriculum(uow, curriculum, content, actor=actor, now=now())
    except DomainError as error:
        form.reject(error)
        return _editor(curriculum, form), 422
    flash(_("The draft is kept."), "eligible")
    return redirect(f"/training/curricula/{curriculum_id}", 303)


@bp.post("/<uuid:curriculum_id>/copy")
@guard(CURRICULA_EDIT)
def copy_path(curriculum_id: UUID) -> Response:
    """Draft a path that says the same, under the next free code."""
    uow = current_uow()
    curriculum = get_curriculum(uow.session, curriculum_id)
    number = 2
    while find_by_code(uow.session, code := f"{curriculum.code[:74]}-{number}") is not None:
        number += 1
    made = copy_curriculum(uow, curriculum, code, actor=current_principal(), now=now())
    flash(_("This is the copy, as a draft."), "eligible")
    return redirect(f"/training/curricula/{made.id}/edit", 303)


@bp.get("/<uuid:curriculum_id>/history")
@guard(CURRICULA_READ)
def path_history(curriculum_id: UUID) -> str:
    """Every revision, and the path as it was on a day."""
    session = current_uow().session
    curriculum = get_curriculum(session, curriculum_id)
    on = _day(request.args.get("on", "")) or local_date(now())
    found = find_revision_at(session, curriculum_id, end_of_day(on))
    ids = [course for item in found.path.items for course in item.courses] if found else []
    return render_template(
        "training/curriculum_history.html",
        curriculum=curriculum,
        revisions=list_revisions(session, curriculum_id),
        on=on,
        found=found,
        courses=courses_by_id(session, ids),
        due=say_due(found.path.due) if found is not None else "",
        labels=LABELS,
        opens=OPENS_WORDS,
    )


@bp.get("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>")
@guard(CURRICULA_READ)
def proposal_page(curriculum_id: UUID, proposal_id: UUID) -> str:
    """Whom a change would change: counts, and people by name, a page at a time."""
    session = current_uow().session
    curriculum = get_curriculum(session, curriculum_id)
    proposal = get_proposal(session, curriculum_id, proposal_id)
    kind = request.args.get("kind", "")
    offset = max(0, request.args.get("cursor", 0, type=int))
    wanted = ChangeKind(kind) if kind in list(ChangeKind) else None
    found = list_changes(session, proposal_id, kind=wanted, offset=offset, limit=_PAGE + 1)
    return render_template(
        "training/curriculum_proposal.html",
        curriculum=curriculum,
        proposal=proposal,
        job=find_job(session, proposal.job_id) if proposal.job_id is not None else None,
        rows=found[:_PAGE],
        next_cursor=str(offset + _PAGE) if len(found) > _PAGE else None,
        total=proposal.counts.get(kind, sum(proposal.counts.values())),
        courses=courses_by_id(session, {one.course_id for one in found}),
        kind=kind,
        words=CHANGE_WORDS,
        status_words=STATUS_WORDS,
        ready=proposal.status is ProposalStatus.READY,
        counting=proposal.status is ProposalStatus.COUNTING,
        due=say_due(proposal.path.due),
        url=_url(proposal),
    )


@bp.get("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>.csv")
@guard(CURRICULA_READ)
def proposal_csv(curriculum_id: UUID, proposal_id: UUID) -> Response:
    """Everybody whom a change would change, as CSV."""
    get_proposal(current_uow().session, curriculum_id, proposal_id)
    headers = [
        _("Employee number"), _("Name"), _("Course"), _("What changes"), _("Due until now"), _("Due then"),
    ]  # fmt: skip
    body = write_csv(headers, _lines(proposal_id))
    headers_out = {"Content-Disposition": 'attachment; filename="changes.csv"'}
    return Response(body, mimetype="text/csv", headers=headers_out)


@bp.post("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>/confirm")
@guard(CURRICULA_EDIT)
def confirm_proposal(curriculum_id: UUID, proposal_id: UUID) -> Response:
    """Make the change that was shown."""
    uow = current_uow()
    proposal = get_proposal(uow.session, curriculum_id, proposal_id)
    confirm(uow, proposal, actor=current_principal(), now=now())
    flash(_("The learning path is changed; the assignments are being brought into line."), "eligible")
    return redirect(f"/training/curricula/{curriculum_id}", 303)


@bp.post("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>/drop")
@guard(CURRICULA_EDIT)
def drop_proposal(curriculum_id: UUID, proposal_id: UUID) -> Response:
    """Give a change up; nothing has changed."""
    drop(get_proposal(current_uow().session, curriculum_id, proposal_id))
    flash(_("The change is dropped; nothing has changed."), "notice")
    return redirect(f"/training/curricula/{curriculum_id}", 303)


@bp.post("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>/recount")
@guard(CURRICULA_EDIT)
def recount_proposal(curriculum_id: UUID, proposal_id: UUID) -> Response:
    """Count the same change anew, as of today."""
    uow, actor = current_uow(), current_principal()
    proposal = get_proposal(uow.session, curriculum_id, proposal_id)
    curriculum = get_curriculum(uow.session, curriculum_id)
    again = propose(uow, curriculum, proposal.path, actor=actor, now=now())
    drop(proposal)
    return redirect(_url(again), 303)


def _lines(proposal_id: UUID) -> Iterator[list[object]]:
    session = current_uow().session
    offset = 0
    while some := list_changes(session, proposal_id, offset=offset, limit=2_000):
        courses = courses_by_id(session, {one.course_id for one in some})
        for one in some:
            title = say(courses[one.course_id].title)
            word = say(CHANGE_WORDS[one.kind])
            yield [one.employee_no, one.name, title, word, one.due_before, one.due_after]
        offset += len(some)


LABELS = {one.value: one.label for kind in (Position, Region, ProductLine) for one in kind}


def _editor(curriculum: Curriculum | None, form: PathForm) -> str:
    session, today = current_uow().session, local_date(now())
    try:
        audience = form.audience()
    except DomainError:
        people, some = None, []
    else:
        people = count_audience(session, audience, today)
        some = list(list_people(session, on=today, audience=audience, limit=20).items)
    return render_template(
        "training/curriculum_edit.html",
        curriculum=curriculum,
        form=form,
        people=people,
        some=some,
        courses=[(str(one.id), say(one.title)) for one in list_titles(session)],
        choices={"positions": Position, "regions": Region, "product_lines": ProductLine},
        kinds=_options(KINDS),
        off_cycles=_options(OFF_CYCLES),
        bases=_options(BASES),
        opens=_options(OPENS_WORDS),
    )


def _options(words: dict[Any, Any]) -> list[tuple[str, str]]:
    return [(code.value, say(word)) for code, word in words.items()]


def _url(proposal: CurriculumProposal) -> str:
    return f"/training/curricula/{proposal.curriculum_id}/proposals/{proposal.id}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
