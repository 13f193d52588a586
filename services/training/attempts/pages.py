"""Pages on which an assignment is looked at and, by the person it is for, what there is to do in it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import gettext as _

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_detail
from services.training.assignments.rules import OPEN, ORIGIN_WORDS, URGENCY_WORDS, urgency
from services.training.attempts.models import Attempt
from services.training.attempts.queries import UnderWay, in_full, list_attempts
from services.training.attempts.rules import STATUS_WORDS, AttemptStatus, part_url
from services.training.certificates.models import Certificate
from services.training.certificates.queries import find_by_assignment, find_current
from services.training.certificates.rules import CertificateState
from services.training.courses.models import CourseVersion
from services.training.courses.queries import find_version
from services.training.courses.rules import VersionStatus, count_pages
from services.training.enrolment.queries import unmet_titles
from services.training.parts.rules import (
    KIND_WORDS,
    SELF_PACED,
    AssessmentPart,
    blocking_part,
    parts_from_json,
)
from services.training.permissions import EXEMPT, OWN_TRAINING, RELIEF_DECIDE, REMIND, manages, visible
from services.training.story.queries import Story, story_of
from shared.core.zones import local_date
from shared.web.context import current_principal, current_uow, now
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
    attempts = list_attempts(session, assignment_id)
    held = find_current(session, assignment.person_id, assignment.course_id)
    certificate = find_by_assignment(session, assignment_id)
    story = story_of(session, assignment)
    waits = assignment.opens_on > today and held is not None and held.state(now()) is CertificateState.VALID
    version = find_version(session, assignment.course_id, VersionStatus.PUBLISHED)
    latest = in_full(session, attempts[0]) if attempts else None
    is_open = assignment.status in OPEN
    return render_template(
        "training/assignment.html",
        detail=detail,
        mine=assignment.person_id == principal.person_id,
        managed=manages(session, principal, assignment.person_id),
        is_open=is_open,
        waits=waits,
        blocked=unmet_titles(session, assignment) if assignment.status in OPEN else [],
        started=any(one.status is AttemptStatus.LAUNCHED for one in attempts),
        version=latest.version if latest is not None else version,
        published=version,
        asks=_asks(latest.version if latest is not None else version),
        parts=part_rows(assignment, version, latest, is_open=is_open),
        left=latest is not None and is_open and latest.next_part is None,
        attempts=attempts,
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


def part_rows(
    assignment: Assignment, version: CourseVersion | None, latest: UnderWay | None, *, is_open: bool
) -> list[dict[str, Any]]:
    """Return what the overview says of each part: of the attempt, or of what would be begun now."""
    source = latest.version if latest is not None else version
    parts = parts_from_json(source.parts) if source is not None else ()
    met = latest.met if latest is not None else set()
    runs = latest is not None and latest.attempt.status is AttemptStatus.LAUNCHED and is_open
    rows = []
    for one in parts:
        before = blocking_part(parts, met, one)
        done = one.id in met
        opens = runs and (done or before is None)
        total = count_pages(one, locale_code())
        turned = latest.pages_of(one) if latest is not None else 0
        rows.append(
            {
                "part": one,
                "kind": KIND_WORDS[one.kind],
                "state": "done" if done else "todo" if before is None else "waits",
                "before": before,
                "pages": total,
                "turned": min(turned, total),
                "score": latest.progress[one.id].score if latest is not None and done else None,
                "url": part_url(assignment.id, one.id) if opens else None,
                "elsewhere": one.kind not in SELF_PACED,
            }
        )
    return rows


def _asks(version: CourseVersion | None) -> dict[str, Any] | None:
    """Return how many questions a version asks, and its highest pass mark."""
    found = (
        [one for one in parts_from_json(version.parts) if isinstance(one, AssessmentPart)] if version else []
    )
    if not found:
        return None
    return {
        "questions": sum(draw.count for one in found for draw in one.blueprint.draws),
        "mark": max(one.blueprint.pass_mark for one in found),
    }


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
        items.append({"at": one.ended_at or one.launched_at, "title": title, "body": body, "tone": tone})
    if certificate is not None:
        title = _("Certificate %(number)s issued", number=certificate.number)
        items.append({"at": certificate.issued_at, "title": title, "tone": "eligible", "icon": "shield"})
    blank = {"tone": "neutral", "body": None, "icon": None, "actor": None}
    return [blank | one for one in sorted(items, key=lambda one: one["at"])[::-1]]
