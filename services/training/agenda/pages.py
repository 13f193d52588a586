"""What there is to book, one's own bookings, the page of a session, and booking for one's people."""

from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from services.training.agenda.schemas import BookForSchema
from services.training.attendance.queries import runs
from services.training.attendance.rules import OPENS_BEFORE
from services.training.bookings.commands import Asked, book, book_many, cancel_booking
from services.training.bookings.models import Booking
from services.training.bookings.queries import (
    Listed,
    Own,
    channel_for,
    get_booking,
    list_candidates,
    list_notices,
    list_own,
    list_participants,
    listed,
    visible_sessions,
)
from services.training.bookings.rules import (
    NOTICE_WORDS,
    PRESENCE_WORDS,
    REASON_WORDS,
    STATUS_WORDS,
    BookingStatus,
    Channel,
)
from services.training.courses.queries import courses_by_id, list_courses
from services.training.feedback.queries import answered
from services.training.feedback.rules import OPEN_FOR
from services.training.permissions import (
    SESSIONS_BOOK,
    SESSIONS_EDIT,
    SESSIONS_READ,
    visible,
    visible_team,
)
from services.training.seminars.queries import find_case
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import SessionFilter, get_session, list_sessions
from services.training.sessions.rules import (
    INSTRUCTOR_WORDS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    STAGE_WORDS,
    SessionKind,
    Stage,
)
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import DirectoryPerson, find_person
from shared.messages.people import Position
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_agenda", __name__, url_prefix="/training")

POSITIONS = {one.value: one.label for one in Position}


@bp.get("/sessions")
@guard(SESSIONS_READ)
def browse() -> str:
    """The sessions that can be booked, day by day or as a table."""
    session, principal, wanted = current_uow().session, current_principal(), _filter()
    page = list_sessions(
        session, visible_sessions(principal), wanted, now=now(), cursor=request.args.get("cursor"), limit=30
    )
    rows = listed(session, page.items, principal.person_id, now())
    courses = list_courses(session, limit=200).items
    return render_template(
        "training/session_list.html",
        rows=rows,
        days=[
            (day, list(some))
            for day, some in groupby(rows, key=lambda one: local_date(one.session.starts_at))
        ],
        as_table=request.args.get("view") == "table",
        next_cursor=page.next_cursor,
        wanted=wanted,
        kinds=[(code.value, say(word)) for code, word in KIND_WORDS.items()],
        courses=[(str(one.id), one.title.pick(locale_code())) for one in courses],
        bookable=_bookable(rows),
        **_words(),
    )


@bp.get("/sessions/mine")
@guard(SESSIONS_READ)
def mine() -> str:
    """One's own bookings: what is to come, what one was told, and what is over."""
    session, person_id, at = current_uow().session, current_principal().person_id, now()
    coming = list_own(session, person_id, after=at) if person_id is not None else []
    past = list_own(session, person_id, before=at) if person_id is not None else []
    said = answered(session, person_id, [one.session.id for one in past]) if person_id is not None else set()
    return render_template(
        "training/session_mine.html",
        notices=list_notices(session, person_id, at) if person_id is not None else [],
        coming=[_coming(one) for one in coming],
        past=[
            {
                "own": one,
                "ask": _may_answer(one) and one.session.id not in said,
                "said": one.session.id in said,
            }
            for one in past
        ],
        notice_words=NOTICE_WORDS,
        **_words(),
    )


@bp.get("/sessions/<uuid:session_id>")
@guard(SESSIONS_READ)
def session_page(session_id: UUID) -> str:
    """One session: what, where, who, and what can be done about it."""
    db, principal = current_uow().session, current_principal()
    found = get_session(db, session_id, visible_sessions(principal))
    (row,) = listed(db, [found], principal.person_id, now())
    shown = list_participants(db, session_id, _people(found), given_up=runs(principal, found))
    status = row.own.booking.status if row.own is not None else None
    return render_template(
        "training/session.html",
        row=row,
        one=found,
        course=courses_by_id(db, [found.course_id]).get(found.course_id) if found.course_id else None,
        participants=shown,
        positions=POSITIONS,
        runs=runs(principal, found),
        edits=allows(SESSIONS_EDIT),
        books_for=allows(SESSIONS_BOOK) and row.stage in (Stage.OPEN, Stage.FULL),
        may_book=found.id in _bookable([row]),
        may_withdraw=status in (BookingStatus.BOOKED, BookingStatus.WAITING) and now() < found.starts_at,
        knows_link=status in (BookingStatus.BOOKED, BookingStatus.ATTENDED) or runs(principal, found),
        door_open=found.starts_at - OPENS_BEFORE <= now() < found.ends_at,
        seminar_case=find_case(db, session_id) if found.kind is SessionKind.CASE_SEMINAR else None,
        reason_words=REASON_WORDS,
        presence_words=PRESENCE_WORDS,
        **_words(),
    )


@bp.post("/sessions/<uuid:session_id>/book")
@guard(SESSIONS_READ)
def book_own(session_id: UUID) -> Response:
    """Ask for a place for oneself."""
    uow, principal = current_uow(), current_principal()
    get_session(uow.session, session_id, visible_sessions(principal))
    person = find_person(uow.session, principal.person_id) if principal.person_id is not None else None
    if person is None:
        raise NotFound(N_("Your account belongs to nobody on the roster"))
    booking = book(uow, session_id, person, Channel.SELF, actor=principal, now=now())
    if booking.status is BookingStatus.WAITING:
        flash(_("All places are taken: you are on the waiting list, and move up by yourself."), "notice")
    else:
        flash(_("You have a place."), "eligible")
    return redirect(f"/training/sessions/{session_id}", 303)


@bp.post("/bookings/<uuid:booking_id>/cancel")
@guard(SESSIONS_READ)
def withdraw(booking_id: UUID) -> Response:
    """Give up a place or a turn: one's own, or that of one of one's people."""
    uow, principal = current_uow(), current_principal()
    booking = get_booking(uow.session, booking_id, visible(principal, Booking.person_id))
    channel = channel_for(uow.session, principal, booking.person_id)
    cancel_booking(uow, booking, channel, actor=principal, now=now())
    flash(_("The booking is given up."), "eligible")
    return redirect(f"/training/sessions/{booking.session_id}", 303)


@bp.get("/sessions/<uuid:session_id>/book-for")
@guard(SESSIONS_BOOK)
def book_for_page(session_id: UUID) -> str:
    """Choosing for whom to book: those of one's people whom the session is for."""
    return _book_for_page(session_id, [])


@bp.post("/sessions/<uuid:session_id>/book-for")
@guard(SESSIONS_BOOK)
def book_for(session_id: UUID) -> Response | str | tuple[str, int]:
    """Book for all who were chosen; whoever cannot have a place is named with the reason."""
    uow, principal = current_uow(), current_principal()
    found = get_session(uow.session, session_id, visible_sessions(principal))
    form = Form(BookForSchema())
    ids = form.data["people"] if form.validate() else []
    people = [one for one in (find_person(uow.session, one_id) for one_id in ids) if one is not None]
    channels = {channel_for(uow.session, principal, one.id) for one in people}
    if not people:
        flash(_("Choose at least one person."), "notice")
        return _book_for_page(session_id, []), 422
    channel = Channel.TRAINER if allows(SESSIONS_EDIT) else Channel.MANAGER
    assert channels <= {channel, Channel.SELF}
    asked = book_many(uow, found.id, people, channel, actor=principal, now=now())
    _say_booked(asked)
    refused = [one for one in asked if one.booking is None]
    if refused:
        uow.session.flush()  # The page below leaves out those who have just been booked.
        return _book_for_page(session_id, refused)
    return redirect(f"/training/sessions/{session_id}", 303)


def _filter() -> SessionFilter:
    kind = request.args.get("kind", "")
    return SessionFilter(
        kind=SessionKind(kind) if kind in list(SessionKind) else None,
        course_id=request.args.get("course", type=UUID),
        bookable=True,
    )


def _people(found: TrainingSession) -> Any:
    """Return of whom a session's page shows the booking: of all to whoever runs it, else of those one may see."""
    principal = current_principal()
    if runs(principal, found):
        return Booking.session_id == found.id
    return visible_team(principal, Booking.person_id)


def _bookable(rows: list[Listed]) -> set[UUID]:
    """Return which of these sessions the reader can book now: open, meant for them, and not booked yet."""
    person_id = current_principal().person_id
    person = find_person(current_uow().session, person_id) if person_id is not None else None
    if person is None:
        return set()
    return {
        row.session.id
        for row in rows
        if row.own is None
        and row.stage in (Stage.OPEN, Stage.FULL)
        and now() < row.session.book_until
        and row.session.audience.selects(person)
    }


def _may_answer(one: Own) -> bool:
    return one.booking.status is BookingStatus.ATTENDED and now() < one.session.ends_at + OPEN_FOR


def _coming(one: Own) -> dict[str, Any]:
    live = one.booking.status in (BookingStatus.BOOKED, BookingStatus.WAITING)
    return {"own": one, "may_withdraw": live and now() < one.session.starts_at}


def _words() -> dict[str, Any]:
    return {
        "kind_words": KIND_WORDS,
        "stage_words": STAGE_WORDS,
        "status_words": STATUS_WORDS,
        "instructor_words": INSTRUCTOR_WORDS,
        "language_words": LANGUAGE_WORDS,
    }


def _say_booked(asked: list[Asked]) -> None:
    statuses = [one.booking.status for one in asked if one.booking is not None]
    booked, waiting = statuses.count(BookingStatus.BOOKED), statuses.count(BookingStatus.WAITING)
    if booked:
        flash(ngettext("%(num)d person has a place", "%(num)d people have a place", booked), "eligible")
    if waiting:
        flash(
            ngettext(
                "%(num)d person is on the waiting list", "%(num)d people are on the waiting list", waiting
            ),
            "notice",
        )


def _book_for_page(session_id: UUID, refused: list[Asked]) -> str:
    db, principal = current_uow().session, current_principal()
    found = get_session(db, session_id, visible_sessions(principal))
    (row,) = listed(db, [found], principal.person_id, now())
    page = list_candidates(
        db,
        found,
        visible_team(principal, DirectoryPerson.id),
        today=local_date(now()),
        search=request.args.get("search", "").strip()[:100].replace("\x00", ""),
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "training/session_book_for.html",
        one=found,
        row=row,
        rows=page.items,
        next_cursor=page.next_cursor,
        refused=refused,
        positions=POSITIONS,
        stage_words=STAGE_WORDS,
    )
