"""What everybody sees of their own training."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.queries import list_done_of_person, list_open_of_person
from services.training.assignments.rules import URGENCY_WORDS, AssignmentStatus, Urgency, urgency
from services.training.bookings.queries import list_notices, list_own
from services.training.bookings.rules import NOTICE_WORDS
from services.training.bookings.rules import STATUS_WORDS as BOOKING_WORDS
from services.training.certificates.queries import list_of_person
from services.training.certificates.rules import STATE_MESSAGES
from services.training.courses.queries import courses_by_id, versions_of
from services.training.courses.rules import VersionStatus
from services.training.notices.queries import count_unread, latest_of_assignments, list_unread, said
from services.training.notices.rules import TONES
from services.training.permissions import OWN_TRAINING
from shared.core.zones import local_date
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.i18n import locale_code

bp = Blueprint("training_desk", __name__, url_prefix="/training")


@bp.get("/my")
@guard(OWN_TRAINING)
def my_training() -> str:
    """One's own training: what is due next (overdue first), certificates, and what is done."""
    person_id = current_principal().person_id
    today = local_date(now())
    rows = _open_rows(current_uow().session, person_id, today) if person_id is not None else []
    certificates = list_of_person(current_uow().session, person_id) if person_id is not None else []
    done = list_done_of_person(current_uow().session, person_id) if person_id is not None else []
    courses = courses_by_id(current_uow().session, [one.course_id for one in done])
    unread = list_unread(current_uow().session, person_id) if person_id is not None else []
    words = said(current_uow().session, unread)
    return render_template(
        "training/my.html",
        due=[one for one in rows if one["urgency"] is not Urgency.LATER],
        later=[one for one in rows if one["urgency"] is Urgency.LATER],
        overdue=[one for one in rows if one["urgency"] is Urgency.OVERDUE],
        certificates=[{"certificate": one, "state": one.state(now())} for one in certificates],
        done=[{"assignment": one, "course": courses[one.course_id]} for one in done],
        told=[
            {"notice": one, "sentence": words[one.id].sentence(locale_code()), "url": words[one.id].path}
            for one in unread
        ],
        unread=count_unread(current_uow().session, person_id) if person_id is not None else 0,
        notice_tones=TONES,
        urgency_words=URGENCY_WORDS,
        state_words=STATE_MESSAGES,
        sessions=list_own(current_uow().session, person_id, after=now()) if person_id is not None else [],
        session_notices=list_notices(current_uow().session, person_id, now())
        if person_id is not None
        else [],
        notice_words=NOTICE_WORDS,
        booking_words=BOOKING_WORDS,
    )


def _open_rows(session: Session, person_id: UUID, today: date) -> list[dict[str, Any]]:
    assignments = list_open_of_person(session, person_id)
    courses = courses_by_id(session, [one.course_id for one in assignments])
    versions = versions_of(session, list(courses), VersionStatus.PUBLISHED)
    reminders = latest_of_assignments(session, person_id)
    return [
        {
            "assignment": one,
            "course": courses[one.course_id],
            "version": versions.get((one.course_id, VersionStatus.PUBLISHED)),
            "reminder": reminders.get(one.id),
            "started": one.status is AssignmentStatus.IN_PROGRESS,
            "urgency": _urgency(one, today),
            "days": (one.due_on - today).days,
        }
        for one in assignments
    ]


def _urgency(one: Assignment, today: date) -> Urgency:
    return urgency(one.status, one.opens_on, one.due_on, today)
