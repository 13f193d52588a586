"""Pages on which somebody takes their own assignment: part by part, and what has pages page by page."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.assignments.queries import AssignmentDetail, get_detail
from services.training.attempts.commands import meet_part, start_attempt, turn_page
from services.training.attempts.queries import UnderWay, find_under_way, in_full
from services.training.attempts.rules import part_url
from services.training.courses.models import CourseVersion
from services.training.courses.rules import count_pages, pages_of
from services.training.enrolment.commands import Completion
from services.training.materials.queries import shown_page
from services.training.parts.rules import (
    KIND_WORDS,
    DocumentPart,
    LinkPart,
    Part,
    PartKind,
    TextPart,
)
from services.training.permissions import OWN_TRAINING, own
from services.training.standing.rules import assignment_url
from shared.core.errors import Conflict
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import guard
from shared.web.i18n import locale_code, say
from shared.web.markdown import render_markdown

bp = Blueprint("training_player", __name__, url_prefix="/training/assignments")
# Where a part of a kind has pages of its own, below its own address.
_OWN_PAGES = {
    PartKind.ASSESSMENT: "sitting",
    PartKind.VIDEO: "video",
    PartKind.ACKNOWLEDGEMENT: "acknowledgement",
    PartKind.EVIDENCE: "evidence",
}


@bp.post("/<uuid:assignment_id>/start")
@guard(OWN_TRAINING)
def start(assignment_id: UUID) -> Response:
    """Begin, or go on where one stopped."""
    uow = current_uow()
    detail = own_detail(assignment_id)
    attempt = start_attempt(uow, detail.assignment, actor=current_principal(), now=now())
    return redirect(go_on_url(detail.assignment, in_full(uow.session, attempt)), 303)


@bp.get("/<uuid:assignment_id>/parts/<part_id>")
@guard(OWN_TRAINING)
def part_page(assignment_id: UUID, part_id: str) -> str | Response:
    """A part: one that has pages is opened where one stopped reading."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or part is None:
        return redirect(assignment_url(assignment_id), 303)
    here = part_url(assignment_id, part.id)
    if part.kind in _OWN_PAGES:
        return redirect(f"{here}/{_OWN_PAGES[part.kind]}", 303)
    if isinstance(part, TextPart | DocumentPart):
        return redirect(f"{here}/pages/{_page_of(under_way, part)}", 303)
    return render_template("training/part.html", **player(detail, under_way, part))


@bp.get("/<uuid:assignment_id>/parts/<part_id>/pages/<int:number>")
@guard(OWN_TRAINING)
def reading_page(assignment_id: UUID, part_id: str, number: int) -> str | Response:
    """One page of a text or a document."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, TextPart | DocumentPart):
        return redirect(assignment_url(assignment_id), 303)
    total = count_pages(part, locale_code())
    if not 1 <= number <= min(under_way.pages_of(part) + 1, total):
        return redirect(f"{part_url(assignment_id, part.id)}/pages/{_page_of(under_way, part)}", 303)
    return render_template(
        "training/reading.html",
        **player(detail, under_way, part),
        number=number,
        total=total,
        **_page(under_way.version, part, number),
    )


@bp.post("/<uuid:assignment_id>/parts/<part_id>/pages/<int:number>")
@guard(OWN_TRAINING)
def turn(assignment_id: UUID, part_id: str, number: int) -> Response:
    """Turn a page; after the last comes the next part or, after the last part, the end."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, TextPart | DocumentPart):
        return redirect(assignment_url(assignment_id), 303)
    completion = turn_page(
        current_uow(), detail.assignment, under_way, part, number,
        locale=locale_code(), actor=current_principal(), now=now(),
    )  # fmt: skip
    if number < count_pages(part, locale_code()):
        return redirect(f"{part_url(assignment_id, part.id)}/pages/{number + 1}", 303)
    return after_part(detail.assignment, under_way, completion)


@bp.post("/<uuid:assignment_id>/parts/<part_id>/done")
@guard(OWN_TRAINING)
def finish_link(assignment_id: UUID, part_id: str) -> Response:
    """Say that one is through with something elsewhere."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or part is None:
        return redirect(assignment_url(assignment_id), 303)
    if not isinstance(part, LinkPart):
        raise Conflict(N_("This part is not done by saying so"))
    uow, principal = current_uow(), current_principal()
    completion = meet_part(uow, detail.assignment, under_way, part, part.id, actor=principal, now=now())
    return after_part(detail.assignment, under_way, completion)


def own_detail(assignment_id: UUID) -> AssignmentDetail:
    """Return the caller's own assignment; nobody takes somebody else's, whatever their role."""
    condition = own(current_principal(), Assignment.person_id)
    return get_detail(current_uow().session, assignment_id, condition)


def reached(assignment_id: UUID, part_id: str) -> tuple[AssignmentDetail, UnderWay | None, Part | None]:
    """Return the caller's own assignment with its attempt under way and a part that may be opened.

    Raises NotFound, or Conflict while something before the part is to be done; without an attempt under way
    (it is over, or was not begun) there is None, and the assignment's own page says what can be done.
    """
    detail = own_detail(assignment_id)
    under_way = find_under_way(current_uow().session, assignment_id)
    if under_way is None:
        return detail, None, None
    return detail, under_way, under_way.reach(part_id)


def after_part(assignment: Assignment, under_way: UnderWay, completion: Completion | None) -> Response:
    """Go on after a part was met."""
    if completion is not None:
        flash(_("Completed."), "eligible")
        return redirect(assignment_url(assignment.id), 303)
    return redirect(go_on_url(assignment, under_way), 303)


def go_on_url(assignment: Assignment, under_way: UnderWay) -> str:
    """Return the address of what is to be done next: here, or the overview where the rest happens elsewhere."""
    part = under_way.next_part
    return assignment_url(assignment.id) if part is None else part_url(assignment.id, part.id)


def player(detail: AssignmentDetail, under_way: UnderWay, part: Part) -> dict[str, Any]:
    """Return what every page of a part shows around it."""
    parts = under_way.parts
    return {
        "detail": detail,
        "part": part,
        "kind_word": KIND_WORDS[part.kind],
        "place": parts.index(part) + 1,
        "parts_total": len(parts),
        "is_met": part.id in under_way.met,
        "steps": [(say(one.title), _step(one, part, under_way), None) for one in parts],
        "here": part_url(detail.assignment.id, part.id),
        "overview": assignment_url(detail.assignment.id),
        "is_last": all(one.id in under_way.met for one in parts if one.id != part.id),
    }


def _step(one: Part, current: Part, under_way: UnderWay) -> str:
    if one.id == current.id:
        return "current"
    return "done" if one.id in under_way.met else "todo"


def _page_of(under_way: UnderWay, part: Part) -> int:
    """Return the page at which to open a part: the first that was not turned, or the first of one that is done."""
    total = count_pages(part, locale_code())
    return 1 if part.id in under_way.met else min(under_way.pages_of(part) + 1, max(total, 1))


def _page(version: CourseVersion, part: TextPart | DocumentPart, number: int) -> dict[str, Any]:
    if isinstance(part, TextPart):
        page = pages_of(part.text.pick(locale_code()))[number - 1]
        return {"heading": page.title, "text": render_markdown(page.text), "picture": None}
    shown = shown_page(this_app().settings.files_dir, version, part, number, locale_code())
    return {"heading": None, "text": Markup(), "picture": shown}
