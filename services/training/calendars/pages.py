"""Calendar files, and the secret address to which a calendar program subscribes."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.calendars.commands import make_feed, revoke_feed
from services.training.calendars.queries import Entry, find_by_token, find_feed, list_entries
from services.training.calendars.rules import Appointment, Parties, as_feed, as_request, host_of
from services.training.permissions import OWN_TRAINING
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.directory import find_person
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import guard, public
from shared.web.i18n import locale_code

bp = Blueprint("training_calendars", __name__, url_prefix="/training")

_ICS = "text/calendar"


@bp.get("/bookings/<uuid:booking_id>.ics")
@guard(OWN_TRAINING)
def booking_file(booking_id: UUID) -> Response:
    """One of one's own bookings as a calendar file: opened again, it replaces what it put there before."""
    found = [one for one in _own_entries() if one.booking.id == booking_id]
    if not found:
        raise NotFound(N_("There is no such booking"))
    one, person = _appointment(found[0]), find_person(current_uow().session, _person_id())
    parties = Parties(this_app().settings.mail_from, person.email if person is not None else "")
    method = "CANCEL" if one.cancelled else "REQUEST"
    headers = {"Content-Disposition": 'attachment; filename="session.ics"'}
    return Response(
        as_request(one, _host(), parties),
        content_type=f"{_ICS}; charset=utf-8; method={method}",
        headers=headers,
    )


@bp.get("/sessions/calendar")
@guard(OWN_TRAINING)
def calendar_page() -> str:
    """Whether there is an address to subscribe to, and how to make one."""
    return _page("")


@bp.post("/sessions/calendar")
@guard(OWN_TRAINING)
def make() -> str:
    """Make a new address and show it, this once; the one before stops working."""
    token = make_feed(current_uow(), _person_id(), locale_code(), actor=current_principal(), now=now())
    return _page(f"{this_app().settings.base_url}/training/calendar/{token}.ics")


@bp.post("/sessions/calendar/revoke")
@guard(OWN_TRAINING)
def revoke() -> Response:
    """Let the address answer nobody any more."""
    if revoke_feed(current_uow(), _person_id(), actor=current_principal(), now=now()):
        flash(_("The address does not work any more."), "eligible")
    return redirect("/training/sessions/calendar", 303)


@bp.get("/calendar/<string(maxlength=60):token>.ics")
@public("a calendar program cannot sign in: whoever has the secret address reads one person's sessions")
def feed(token: str) -> Response:
    """The sessions of the person whose secret this is."""
    session = current_uow().session
    found = find_by_token(session, token)
    if found is None:
        raise NotFound(N_("There is no such calendar"))
    with force_locale(found.locale):
        entries = list_entries(session, found.person_id, now())
        body = as_feed((_appointment(one) for one in entries), _host(), _("Training sessions"))
    return Response(body, content_type=f"{_ICS}; charset=utf-8")


def _appointment(entry: Entry) -> Appointment:
    return entry.appointment(locale_code(), this_app().settings.base_url, now())


def _own_entries() -> list[Entry]:
    person_id = current_principal().person_id
    return list_entries(current_uow().session, person_id, now()) if person_id is not None else []


def _person_id() -> UUID:
    person_id = current_principal().person_id
    if person_id is None:
        raise NotFound(N_("Your account belongs to nobody on the roster"))
    return person_id


def _host() -> str:
    return host_of(this_app().settings.base_url)


def _page(address: str) -> str:
    person_id = current_principal().person_id
    found = find_feed(current_uow().session, person_id) if person_id is not None else None
    return render_template("training/session_calendar.html", feed=found, address=address, known=person_id)
