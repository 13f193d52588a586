"""The roll, the code on the instructor's screen, and the page on which a phone that scanned it lands."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import true

from services.training.attendance.commands import call_roll, check_in, confirm_roll, walk_in
from services.training.attendance.queries import list_completing, list_taken_back, runs_sessions
from services.training.attendance.rules import (
    REFUSALS,
    CodeVerdict,
    Mark,
    judge_code,
    make_code,
    seconds_left,
    step_of,
)
from services.training.attendance.schemas import PRESENCES, RollFormSchema, WalkInSchema
from services.training.bookings.queries import Participant, count_bookings, list_participants
from services.training.bookings.rules import PRESENCE_WORDS, STATUS_WORDS, BookingStatus, Presence
from services.training.permissions import SESSIONS_READ, SESSIONS_RUN
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import get_secret, get_session, lock_session
from services.training.sessions.rules import SessionStatus
from shared.core.errors import Conflict, DomainError, NotFound
from shared.core.text import N_, Message
from shared.directory import DirectoryPerson, find_by_employee_no, get_person
from shared.documents import qr_svg
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import guard, public
from shared.web.i18n import say

bp = Blueprint("training_attendance", __name__, url_prefix="/training")

# What a phone keeps between scanning the code and signing in; long enough to type a password.
_COOKIE = "training_check_in"
_COOKIE_SECONDS = 300


@bp.get("/sessions/<uuid:session_id>/roll")
@guard(SESSIONS_RUN)
def roll_page(session_id: UUID) -> str:
    """The roll: who has a place, and what is known of each."""
    return _roll_page(_run(session_id), Form(RollFormSchema()), Form(WalkInSchema()))


@bp.post("/sessions/<uuid:session_id>/roll")
@guard(SESSIONS_RUN)
def save_roll(session_id: UUID) -> Response | tuple[str, int]:
    """Save the marks; with the button "confirm", confirm the roll as well."""
    uow, principal, session = current_uow(), current_principal(), _run(session_id)
    form, confirm = Form(RollFormSchema()), request.form.get("then") == "confirm"
    if form.validate():
        try:
            marks = _marks(_participants(session))
            call_roll(
                uow, session.id, marks, reason=form.data["reason"], take_back=form.data["take_back"],
                actor=principal, now=now(),
            )  # fmt: skip
            if confirm:
                confirm_roll(uow, session.id, actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The roll is confirmed.") if confirm else _("The roll is saved."), "eligible")
            return redirect(f"/training/sessions/{session_id}" + ("" if confirm else "/roll"), 303)  # type: ignore[return-value]
    uow.session.rollback()
    return _roll_page(_run(session_id), form, Form(WalkInSchema())), 422


@bp.post("/sessions/<uuid:session_id>/roll/walk-in")
@guard(SESSIONS_RUN)
def add_walk_in(session_id: UUID) -> Response | tuple[str, int]:
    """Put somebody on the roll who came without a booking."""
    uow, session, form = current_uow(), _run(session_id), Form(WalkInSchema())
    if form.validate():
        person = find_by_employee_no(uow.session, form.data["employee_no"])
        if person is None:
            form.errors = {"employee_no": [_("Nobody on the roster has this number")]}
        else:
            try:
                walk_in(uow, session.id, person, actor=current_principal(), now=now())
            except DomainError as error:
                form.reject(error)
            else:
                flash(_("%(name)s is on the roll.", name=person.name), "eligible")
                return redirect(f"/training/sessions/{session_id}/roll", 303)  # type: ignore[return-value]
    return _roll_page(session, Form(RollFormSchema()), form), 422


@bp.get("/sessions/<uuid:session_id>/screen")
@guard(SESSIONS_RUN)
def screen(session_id: UUID) -> Response:
    """The code for the screen; the page asks for the next one by itself when this one's step is over."""
    session = _run(session_id)
    if session.status is not SessionStatus.OPEN:
        raise Conflict(N_("Signing in is possible while the session is open"))
    secret = get_secret(current_uow().session, session_id)
    code = make_code(secret, session_id, step_of(now()))
    address = f"{this_app().settings.base_url}/training/check-in/{session_id}/{code}"
    page = render_template(
        "training/session_screen.html",
        session=session,
        code=qr_svg(address, title=_("Code for signing in to the session"), size_mm=120),
        counts=count_bookings(current_uow().session, [session_id]).get(session_id),
    )
    # A header rather than a script: it works in every browser, and keeps the page's own scripts out of it.
    return Response(page, mimetype="text/html", headers={"Refresh": str(seconds_left(now()))})


@bp.get("/check-in/<uuid:session_id>/<string(maxlength=60):code>")
@public("a phone that is not signed in must not lose the code while its owner types the password")
def scan(session_id: UUID, code: str) -> Response:
    """Take the code that a phone scanned, and send it on to sign in: what the code was worth is decided here."""
    try:
        verdict = judge_code(get_secret(current_uow().session, session_id), session_id, code, now())
    except NotFound:
        verdict = CodeVerdict.WRONG
    response: Response = redirect(f"/training/sessions/{session_id}/check-in", 303)  # type: ignore[assignment]
    response.set_cookie(
        _COOKIE,
        _serializer().dumps([str(session_id), verdict.value, now().timestamp()]),
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=this_app().settings.base_url.startswith("https://"),
        path="/training/",
    )
    return response


@bp.get("/sessions/<uuid:session_id>/check-in")
@guard(SESSIONS_READ)
def arrive(session_id: UUID) -> tuple[str, int]:
    """Mark as present whoever's phone scanned a good code a moment ago, or say why not."""
    principal, refusal, booking = current_principal(), _scanned(session_id), None
    if refusal is None and principal.person_id is None:
        refusal = N_("Your account belongs to nobody on the roster")
    if refusal is None:
        assert principal.person_id is not None
        # The page is read, yet somebody's arrival is recorded: in a unit of work of its own.
        try:
            with this_app().database.write() as uow:
                session = lock_session(uow.session, session_id)
                person = get_person(uow.session, principal.person_id)
                booking = check_in(uow, session_id, person, actor=principal, now=now())
                title, presence = session.title, booking.presence
        except DomainError as error:
            refusal = error.message
    return (
        render_template(
            "training/session_check_in.html",
            refusal=say(refusal) if refusal is not None else None,
            title_text=title if booking is not None else None,
            presence_word=PRESENCE_WORDS[presence] if booking is not None and presence else None,
            session_id=session_id,
        ),
        200 if refusal is None else 409,
    )


def _scanned(session_id: UUID) -> Message | None:
    """Return why what this phone scanned counts for nothing, or None when it was a good code of this session."""
    nothing = N_("Scan the code on the instructor's screen to sign in.")
    try:
        scanned_id, verdict, at = _serializer().loads(request.cookies.get(_COOKIE, ""))
    except (BadSignature, ValueError):
        return nothing
    if scanned_id != str(session_id) or not 0 <= now().timestamp() - at <= _COOKIE_SECONDS:
        return nothing
    return REFUSALS.get(CodeVerdict(verdict))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(this_app().settings.secret_key, salt="training-check-in")


def _run(session_id: UUID) -> TrainingSession:
    return get_session(current_uow().session, session_id, runs_sessions(current_principal()))


def _participants(session: TrainingSession) -> list[Participant]:
    return list_participants(current_uow().session, session.id, true())


def _marks(participants: list[Participant]) -> list[Mark]:
    """Read the radio buttons; whoever has none chosen is left as they are."""
    marks = []
    for one in participants:
        chosen = request.form.get(f"presence-{one.booking.id}", "")
        minutes = request.form.get(f"minutes-{one.booking.id}", "").strip()
        if chosen in PRESENCES:
            given = int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < 6 else None
            if minutes and given is None:
                message = N_("Not a valid integer.")
                raise Conflict(message, fields={f"minutes-{one.booking.id}": [message]})
            marks.append(Mark(one.booking.id, Presence(chosen), given))
    return marks


def _roll_page(session: TrainingSession, form: Form, walk: Form) -> str:
    participants = _participants(session)
    on_roll = [one for one in participants if one.booking.status is not BookingStatus.WAITING]
    came = sum(one.booking.status is BookingStatus.ATTENDED for one in on_roll)
    completing = _completing(session, on_roll)
    taken_back = _taken_back(session, on_roll) if "take_back" in form.errors else []
    return render_template(
        "training/session_roll.html",
        session=session,
        rows=[_row(one, session, completing) for one in on_roll],
        waiting=[one for one in participants if one.booking.status is BookingStatus.WAITING],
        begun=now() >= session.starts_at,
        confirmed=session.status is SessionStatus.HELD,
        open_now=session.status is SessionStatus.OPEN,
        form=form,
        taken_back=taken_back,
        walk=walk,
        came=ngettext("%(num)d person is here", "%(num)d people are here", came),
        presences=[(one.value, say(word)) for one, word in PRESENCE_WORDS.items()],
        status_words=STATUS_WORDS,
        labels={
            "reason": _("Reason for the correction"),
            "take_back": _("Completions that are taken back"),
            "employee_no": _("Employee number"),
        },
    )


def _completing(session: TrainingSession, on_roll: list[Participant]) -> set[UUID]:
    """Return whose completion of the course rests on having been here."""
    roll = [one.booking for one in on_roll]
    return {one.assignment.person_id for one in list_completing(current_uow().session, session, roll)}


def _taken_back(session: TrainingSession, on_roll: list[Participant]) -> list[DirectoryPerson]:
    """Return whose completion what was chosen on the form takes back."""
    roll = [one.booking for one in on_roll]
    found = list_taken_back(current_uow().session, session, roll, _marks(on_roll))
    ids = {one.assignment.person_id for one in found}
    return [one.person for one in on_roll if one.person.id in ids]


def _row(one: Participant, session: TrainingSession, completing: set[UUID]) -> dict[str, object]:
    """Return a line of the roll: what was typed when the form came back, else what is known."""
    booking = one.booking
    known_minutes = "" if booking.minutes is None or booking.presence is Presence.ABSENT else booking.minutes
    return {
        "booking": booking,
        "person": one.person,
        "presence": request.form.get(f"presence-{booking.id}", booking.presence or ""),
        "minutes": request.form.get(f"minutes-{booking.id}", known_minutes),
        "length": session.details.minutes,
        "completes": one.person.id in completing,
    }
