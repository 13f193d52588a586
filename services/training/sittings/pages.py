"""Sitting an assessment, one question a page: it works without a script, and saves by itself with one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.assignments.queries import AssignmentDetail, get_detail
from services.training.assignments.rules import OPEN
from services.training.attempts.queries import find_launched, in_full
from services.training.courses.queries import find_version, get_version
from services.training.courses.rules import VersionStatus
from services.training.parts.rules import AssessmentPart, blocking_part, find_part, parts_from_json
from services.training.permissions import OWN_TRAINING, own
from services.training.questions.rules import QuestionKind
from services.training.questions.schemas import as_asked
from services.training.sittings.commands import (
    AnsweredElsewhere,
    TimeOver,
    grade_sitting,
    save_answer,
    settle_if_over,
    start_sitting,
)
from services.training.sittings.models import Sitting
from services.training.sittings.queries import (
    Asked,
    as_assessment,
    asked_in,
    find_started,
    get_sitting,
    list_of_part,
)
from services.training.sittings.rules import (
    GRADED,
    STATUS_WORDS,
    Given,
    SittingStatus,
    goes,
    mark,
    may_begin_at,
    seconds_left,
)
from services.training.standing.rules import assignment_url
from shared.core.errors import IllegalTransition, InvalidInput, NotFound
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import guard
from shared.web.i18n import say

bp = Blueprint(
    "training_sittings",
    __name__,
    url_prefix="/training/assignments/<uuid:assignment_id>/parts/<part_id>/sitting",
)


@bp.get("")
@guard(OWN_TRAINING)
def sitting_page(assignment_id: UUID, part_id: str) -> str | Response:
    """The question asked for, or, while nothing is under way, what awaits one and what came of it before."""
    settle_if_over(this_app().database, assignment_id, part_id, now=now())
    detail = _own(assignment_id)
    started = find_started(current_uow().session, assignment_id, part_id)
    if started is None:
        return _intro_page(detail, part_id)
    asked = asked_in(current_uow().session, started)
    place = request.args.get("q", type=int) or _first_open(asked)
    if place > len(asked):
        return _review_page(detail, started, asked)
    return _question_page(detail, started, asked, max(place, 1))


@bp.post("")
@guard(OWN_TRAINING)
def begin(assignment_id: UUID, part_id: str) -> Response:
    """Begin, or go on."""
    detail = _own(assignment_id)
    start_sitting(current_uow(), detail.assignment, part_id, actor=current_principal(), now=now())
    return redirect(_here(assignment_id, part_id), 303)


@bp.post("/answers")
@guard(OWN_TRAINING)
def answer(assignment_id: UUID, part_id: str) -> Response | tuple[str, int]:
    """Keep an answer: for the script with a word about it, else by going on to the next question."""
    detail, sitting = _own(assignment_id), _sitting(assignment_id, part_id)
    place = request.form.get("place", 0, int)
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        given = _given()
        seen = request.form.get("seen", 0, int)
        sequence = save_answer(
            current_uow(), sitting, place, given, seen=seen, actor=current_principal(), now=now()
        )
    except (InvalidInput, AnsweredElsewhere) as error:
        if wants_json:
            return jsonify({"problem": say(error.message), "type": error.type}), error.status  # type: ignore[return-value]
        asked = asked_in(current_uow().session, sitting)
        page = _question_page(detail, sitting, asked, place, problem=say(error.message))
        return page, error.status
    except (TimeOver, IllegalTransition) as error:
        if wants_json:
            return jsonify({"problem": say(error.message), "type": error.type}), 409  # type: ignore[return-value]
        flash(say(error.message), "held")
        return redirect(_here(assignment_id, part_id), 303)
    if wants_json:
        left = seconds_left(sitting.deadline_at, now())
        return jsonify({"sequence": sequence, "seconds_left": left})
    go = request.form.get("go", "")
    return redirect(f"{_here(assignment_id, part_id)}?q={place + {'back': -1, 'stay': 0}.get(go, 1)}", 303)


@bp.post("/submit")
@guard(OWN_TRAINING)
def submit(assignment_id: UUID, part_id: str) -> Response:
    """Hand in what is saved; sent twice, it counts once."""
    sitting = _sitting(assignment_id, part_id)
    try:
        grade_sitting(current_uow(), sitting, actor=current_principal(), now=now())
    except IllegalTransition:
        flash(_("These answers were handed in already; they count once."), "notice")
    return redirect(f"{_here(assignment_id, part_id)}/{sitting.number}", 303)


@bp.get("/<int:number>")
@guard(OWN_TRAINING)
def result_page(assignment_id: UUID, part_id: str, number: int) -> str | Response:
    """What came of a sitting: the score, and of each question what its topic lets one know."""
    settle_if_over(this_app().database, assignment_id, part_id, now=now())
    detail, session = _own(assignment_id), current_uow().session
    sittings = list_of_part(session, assignment_id, part_id)
    sitting = next((one for one in sittings if one.number == number), None)
    if sitting is None:
        raise NotFound(N_("There is no such sitting"))
    if sitting.status not in GRADED:
        return redirect(_here(assignment_id, part_id), 303)
    marks = [_shown_mark(one) for one in asked_in(session, sitting)]
    return render_template(
        "training/sitting_result.html",
        detail=detail,
        here=_here(assignment_id, part_id),
        sitting=sitting,
        marks=marks,
        status_words=STATUS_WORDS,
        may_go_on=sitting.number == sittings[0].number and detail.assignment.status in OPEN,
    )


def _own(assignment_id: UUID) -> AssignmentDetail:
    """Return the caller's own assignment; nobody sits for somebody else, whatever their role."""
    condition = own(current_principal(), Assignment.person_id)
    return get_detail(current_uow().session, assignment_id, condition)


def _sitting(assignment_id: UUID, part_id: str) -> Sitting:
    _own(assignment_id)
    try:
        sitting_id = UUID(request.form.get("sitting_id", ""))
    except ValueError as error:
        raise NotFound(N_("There is no such sitting")) from error
    return get_sitting(current_uow().session, assignment_id, part_id, sitting_id)


def _here(assignment_id: UUID, part_id: str) -> str:
    return f"{assignment_url(assignment_id)}/parts/{part_id}/sitting"


def _given() -> Given:
    """Read the answer as it was given: written, put in order, or chosen."""
    form = request.form
    if "typed" in form:
        return form["typed"].replace("\x00", "").strip()
    ranks = {name.removeprefix("rank-"): form[name] for name in form if name.startswith("rank-")}
    if ranks:
        return _in_order(ranks)
    return [int(one) for one in form.getlist("choice") if one.isdecimal() and len(one) < 4]


def _in_order(ranks: dict[str, str]) -> list[int]:
    if not any(ranks.values()):
        return []
    wanted = {str(place) for place in range(1, len(ranks) + 1)}
    if set(ranks.values()) != wanted or not all(name.isdecimal() and len(name) < 4 for name in ranks):
        said = N_("Give each step a place of its own")
        raise InvalidInput(said, fields={"answer": [said]})
    return [int(name) for name, _rank in sorted(ranks.items(), key=lambda one: int(one[1]))]


def _first_open(asked: list[Asked]) -> int:
    """Return the first question without an answer; after all of them, the page on which one looks back."""
    return next((one.place for one in asked if not one.is_answered), len(asked) + 1)


def _common(detail: AssignmentDetail, sitting: Sitting, asked: list[Asked]) -> dict[str, Any]:
    return {
        "detail": detail,
        "here": _here(sitting.assignment_id, sitting.part_id),
        "sitting": sitting,
        "places": [(one.place, one.is_answered) for one in asked],
        "answered": sum(one.is_answered for one in asked),
        "total": len(asked),
        "seconds_left": seconds_left(sitting.deadline_at, now()),
    }


def _question_page(
    detail: AssignmentDetail, sitting: Sitting, asked: list[Asked], place: int, *, problem: str | None = None
) -> str:
    one = asked[place - 1]
    return render_template(
        "training/sitting.html",
        **_common(detail, sitting, asked),
        place=place,
        asked=as_asked(one.body, one.drawn.order),
        given=one.given,
        seen=one.answer.sequence if one.answer is not None else 0,
        problem=problem,
    )


def _review_page(detail: AssignmentDetail, sitting: Sitting, asked: list[Asked]) -> str:
    questions = [
        {"place": one.place, "text": as_asked(one.body)["text"], "answered": one.is_answered} for one in asked
    ]
    return render_template(
        "training/sitting_review.html", **_common(detail, sitting, asked), place=None, questions=questions
    )


def _intro_page(detail: AssignmentDetail, part_id: str) -> str:
    """Say what awaits one, and whether it may begin now; a part that is unknown raises NotFound."""
    session, assignment = current_uow().session, detail.assignment
    part, before, is_met = _part(assignment, part_id)
    sittings = list_of_part(session, assignment.id, part_id)
    states = [one.before for one in sittings]
    blueprint = part.blueprint
    left = None if blueprint.max_attempts is None else max(0, blueprint.max_attempts - len(goes(states)))
    wait_until = may_begin_at(blueprint, states)
    return render_template(
        "training/sitting_intro.html",
        detail=detail,
        here=_here(assignment.id, part_id),
        part=part,
        count=sum(draw.count for draw in blueprint.draws),
        left=left,
        wait_until=wait_until if wait_until is not None and wait_until > now() else None,
        before=before,
        is_met=is_met,
        is_open=assignment.status in OPEN,
        sittings=sittings,
        graded=GRADED,
        status_words=STATUS_WORDS,
    )


def _part(assignment: Assignment, part_id: str) -> tuple[AssessmentPart, Any, bool]:
    """Return the assessment, the part that has to be done before it, if any, and whether it is passed.

    It is that of the attempt under way, else of the latest sitting, else of what is published now.
    """
    session = current_uow().session
    attempt = find_launched(session, assignment.id)
    if attempt is not None:
        under_way = in_full(session, attempt)
        part = as_assessment(under_way.part(part_id))
        return part, blocking_part(under_way.parts, under_way.met, part), part_id in under_way.met
    earlier = list_of_part(session, assignment.id, part_id)
    version = (
        get_version(session, earlier[0].version_id)
        if earlier
        else find_version(session, assignment.course_id, VersionStatus.PUBLISHED)
    )
    parts = parts_from_json(version.parts) if version is not None else ()
    part = as_assessment(find_part(parts, part_id))
    is_met = any(one.status is SittingStatus.PASSED for one in earlier)
    return part, None if earlier else blocking_part(parts, (), part), is_met


def _shown_mark(one: Asked) -> dict[str, Any]:
    """Return what the learner is told of a question: the key is not among it."""
    shown = as_asked(one.body, one.drawn.order)
    labels = dict(shown["options"])
    given = one.given
    earned = mark(one.body, one.drawn, given)
    if isinstance(given, list):
        answer = (
            " → ".join(labels[place] for place in given) if one.body.kind is QuestionKind.ORDERING else None
        )
        answer = answer or _(", ").join(labels[place] for place in given)
    else:
        answer = given or ""
    return {
        "place": one.place,
        "text": shown["text"],
        "answer": answer,
        "right": earned.is_right if one.shows_marks else None,
        "partly": one.shows_marks and 0 < earned.earned < earned.possible,
        "explanation": say(one.body.explanation) if one.shows_explanation else "",
    }
