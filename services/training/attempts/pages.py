"""Pages on which an assignment is looked at and, by the person it is for, taken: page by page, then the questions."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.assignments.queries import AssignmentDetail, get_detail
from services.training.assignments.rules import OPEN, ORIGIN_WORDS, URGENCY_WORDS, urgency
from services.training.attempts.commands import Outcome, read_page, start_attempt, submit_attempt
from services.training.attempts.models import Attempt
from services.training.attempts.queries import find_launched, get_attempt, list_attempts
from services.training.attempts.rules import STATUS_WORDS, AttemptStatus
from services.training.attempts.schemas import quiz_schema
from services.training.certificates.models import Certificate
from services.training.certificates.queries import find_by_assignment, find_current
from services.training.certificates.rules import CertificateState
from services.training.courses.models import CourseVersion
from services.training.courses.queries import find_version, get_version
from services.training.courses.rules import CoursePage, VersionStatus, grade, pages_of
from services.training.enrolment.queries import unmet_titles
from services.training.permissions import EXEMPT, OWN_TRAINING, RELIEF_DECIDE, REMIND, manages, own, visible
from services.training.standing.rules import assignment_url
from services.training.story.queries import Story, story_of
from shared.core.errors import IllegalTransition, InvalidInput, NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_attempts", __name__, url_prefix="/training/assignments")


@bp.get("/<uuid:assignment_id>")
@guard(OWN_TRAINING)
def assignment_page(assignment_id: UUID) -> str:
    """An assignment: what it is, how it stands, and what can be done about it."""
    session, principal, today = current_uow().session, current_principal(), local_date(now())
    detail = get_detail(session, assignment_id, visible(principal, Assignment.person_id))
    assignment = detail.assignment
    mine = assignment.person_id == principal.person_id
    attempts = list_attempts(session, assignment_id)
    held = find_current(session, assignment.person_id, assignment.course_id)
    certificate = find_by_assignment(session, assignment_id)
    story = story_of(session, assignment)
    waits = assignment.opens_on > today and held is not None and held.state(now()) is CertificateState.VALID
    return render_template(
        "training/assignment.html",
        detail=detail,
        mine=mine,
        managed=manages(session, principal, assignment.person_id),
        is_open=assignment.status in OPEN,
        waits=waits,
        blocked=unmet_titles(session, assignment) if assignment.status in OPEN else [],
        started=any(one.status is AttemptStatus.LAUNCHED for one in attempts),
        version=find_version(session, assignment.course_id, VersionStatus.PUBLISHED),
        attempts=attempts,
        wrong=_wrong_questions(attempts) if mine else [],
        urgency=urgency(assignment.status, assignment.opens_on, assignment.due_on, today),
        urgency_words=URGENCY_WORDS,
        days=(assignment.due_on - today).days,
        certificate=certificate,
        history=_history(story, attempts, certificate),
        story=story,
        origin_words=ORIGIN_WORDS,
        can_decide=allows(RELIEF_DECIDE),
        can_remind=allows(REMIND),
        can_exempt=allows(EXEMPT),
    )


@bp.post("/<uuid:assignment_id>/start")
@guard(OWN_TRAINING)
def start(assignment_id: UUID) -> Response:
    """Begin, or go on where one stopped."""
    uow = current_uow()
    detail = _own(assignment_id)
    attempt = start_attempt(uow, detail.assignment, actor=current_principal(), now=now())
    version = get_version(uow.session, attempt.version_id)
    return redirect(_place_of(assignment_id, attempt, version), 303)


@bp.get("/<uuid:assignment_id>/pages/<int:number>")
@guard(OWN_TRAINING)
def reading_page(assignment_id: UUID, number: int) -> str | Response:
    """One page of the course."""
    detail, attempt, version = _under_way(assignment_id)
    if attempt is None or version is None:
        return redirect(assignment_url(assignment_id), 303)
    pages = _pages(version)
    if not 1 <= number <= min(attempt.pages_read + 1, len(pages)):
        return redirect(_place_of(assignment_id, attempt, version), 303)
    return render_template(
        "training/reading.html",
        detail=detail,
        version=version,
        page=pages[number - 1],
        number=number,
        total=len(pages),
        steps=_steps(version, attempt, number),
    )


@bp.post("/<uuid:assignment_id>/pages/<int:number>")
@guard(OWN_TRAINING)
def turn_page(assignment_id: UUID, number: int) -> Response:
    """Turn a page; after the last come the questions, or, where nothing is asked, the end."""
    detail, attempt, version = _under_way(assignment_id)
    if attempt is None or version is None:
        return redirect(assignment_url(assignment_id), 303)
    uow, principal = current_uow(), current_principal()
    read_page(uow, detail.assignment, attempt, version, number, actor=principal, now=now())
    total = len(_pages(version))
    if number < total:
        return redirect(f"{assignment_url(assignment_id)}/pages/{number + 1}", 303)
    if version.quiz:
        return redirect(f"{assignment_url(assignment_id)}/quiz", 303)
    submit_attempt(uow, detail.assignment, attempt, version, [], actor=principal, now=now())
    flash(_("Completed."), "eligible")
    return redirect(assignment_url(assignment_id), 303)


@bp.get("/<uuid:assignment_id>/quiz")
@guard(OWN_TRAINING)
def quiz_page(assignment_id: UUID) -> str | Response:
    """The questions, without their answers."""
    detail, attempt, version = _under_way(assignment_id)
    if attempt is None or version is None:
        return redirect(assignment_url(assignment_id), 303)
    if attempt.pages_read < len(_pages(version)) or not version.quiz:
        return redirect(_place_of(assignment_id, attempt, version), 303)
    return _quiz_page(detail, attempt, version, Form(quiz_schema(len(version.quiz))))


@bp.post("/<uuid:assignment_id>/quiz")
@guard(OWN_TRAINING)
def submit(assignment_id: UUID) -> Response | tuple[str, int]:
    """Grade the answers; sent twice, they count once."""
    detail = _own(assignment_id)
    uow, session = current_uow(), current_uow().session
    attempt = get_attempt(session, assignment_id, _attempt_id())
    version = get_version(session, attempt.version_id)
    form = Form(quiz_schema(len(version.quiz)))
    if form.validate():
        answers = [form.data[f"answer-{number}"] for number in range(1, len(version.quiz) + 1)]
        try:
            outcome = submit_attempt(
                uow, detail.assignment, attempt, version, answers, actor=current_principal(), now=now()
            )
        except InvalidInput as error:
            form.reject(error)
        except IllegalTransition:
            flash(_("These answers were handed in already; they count once."), "notice")
            return redirect(assignment_url(assignment_id), 303)
        else:
            _say_outcome(outcome, version)
            return redirect(assignment_url(assignment_id), 303)
    return _quiz_page(detail, attempt, version, form), 422


def _own(assignment_id: UUID) -> AssignmentDetail:
    """Return the caller's own assignment; nobody takes somebody else's, whatever their role."""
    condition = own(current_principal(), Assignment.person_id)
    return get_detail(current_uow().session, assignment_id, condition)


def _under_way(assignment_id: UUID) -> tuple[AssignmentDetail, Attempt | None, CourseVersion | None]:
    detail = _own(assignment_id)
    session = current_uow().session
    attempt = find_launched(session, assignment_id)
    version = get_version(session, attempt.version_id) if attempt is not None else None
    return detail, attempt, version


def _attempt_id() -> UUID:
    try:
        return UUID(request.form.get("attempt_id", ""))
    except ValueError as error:
        raise NotFound(N_("There is no such attempt")) from error


def _place_of(assignment_id: UUID, attempt: Attempt, version: CourseVersion) -> str:
    """Return the address of the first page that was not read, or of the questions."""
    total = len(_pages(version))
    if attempt.pages_read >= total and version.quiz:
        return f"{assignment_url(assignment_id)}/quiz"
    return f"{assignment_url(assignment_id)}/pages/{min(attempt.pages_read + 1, total)}"


def _pages(version: CourseVersion) -> list[CoursePage]:
    return pages_of(version.body.pick(locale_code()))


def _steps(version: CourseVersion, attempt: Attempt, number: int | None) -> list[tuple[str, str, None]]:
    """Return the steps of the stepper: each page, then the questions (`number` None: those)."""
    steps = []
    for place, page in enumerate(_pages(version), start=1):
        done = "done" if place <= attempt.pages_read else "todo"
        steps.append((page.title, "current" if place == number else done, None))
    if version.quiz:
        steps.append((_("Questions"), "current" if number is None else "todo", None))
    return steps


def _quiz_page(detail: AssignmentDetail, attempt: Attempt, version: CourseVersion, form: Form) -> str:
    asked: list[dict[str, Any]] = []
    for number, question in enumerate(version.content.quiz, start=1):
        options = [(index, option.pick(locale_code())) for index, option in enumerate(question.options)]
        text = question.text.pick(locale_code())
        asked.append({"name": f"answer-{number}", "text": f"{number}. {text}", "options": options})
    return render_template(
        "training/quiz.html",
        detail=detail,
        attempt=attempt,
        version=version,
        asked=asked,
        form=form,
        labels={one["name"]: _("Question %(number)s", number=index) for index, one in enumerate(asked, 1)},
        steps=_steps(version, attempt, None),
    )


def _history(story: Story, attempts: list[Attempt], certificate: Certificate | None) -> list[dict[str, Any]]:
    """Return what the timeline shows, the latest first."""
    items: list[dict[str, Any]] = [
        {
            "at": one.at,
            "title": say(one.title),
            "body": one.body,
            "tone": one.tone,
            "icon": one.icon,
            "actor": story.names.get(one.by) if one.by is not None else None,
        }
        for one in story.told
    ]
    for one in reversed(attempts):
        title = _("Attempt %(number)s: %(outcome)s", number=one.number, outcome=say(STATUS_WORDS[one.status]))
        body = _("%(score)s %% right", score=one.score) if one.score is not None else None
        tone = {AttemptStatus.FAILED: "held", AttemptStatus.LAUNCHED: "accent"}.get(one.status, "eligible")
        items.append({"at": one.submitted_at or one.launched_at, "title": title, "body": body, "tone": tone})
    if certificate is not None:
        title = _("Certificate %(number)s issued", number=certificate.number)
        items.append({"at": certificate.issued_at, "title": title, "tone": "eligible", "icon": "shield"})
    blank = {"tone": "neutral", "body": None, "icon": None, "actor": None}
    return [blank | one for one in sorted(items, key=lambda one: one["at"])[::-1]]


def _say_outcome(outcome: Outcome, version: CourseVersion) -> None:
    score = outcome.grade.score
    if outcome.completion is None:
        flash(
            _(
                "%(score)s %% right; %(mark)s %% are needed. You can try again at once.",
                score=score,
                mark=version.pass_mark,
            ),
            "held",
        )
    else:
        flash(_("Passed with %(score)s %%.", score=score), "eligible")


def _wrong_questions(attempts: list[Attempt]) -> list[int]:
    """Return the numbers of the questions that the last attempt got wrong, when it was not enough."""
    if not attempts or attempts[0].status is not AttemptStatus.FAILED or attempts[0].answers is None:
        return []
    content = get_version(current_uow().session, attempts[0].version_id).content
    right = grade(content, attempts[0].answers).right
    return [number for number, is_right in enumerate(right, start=1) if not is_right]
