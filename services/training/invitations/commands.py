"""Putting what people were told about their bookings into the post."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from services.training.bookings.models import BookingNotice
from services.training.bookings.rules import BookingStatus
from services.training.calendars.queries import Entry, entries_of
from services.training.calendars.rules import Appointment, Parties, as_request, host_of
from services.training.invitations.queries import list_told
from services.training.invitations.rules import Invitation, carries_file, letter
from services.training.notices.commands import html_of
from services.training.notices.queries import list_mailable, locales_of
from shared.core.settings import Settings
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.jobs import JobContext
from shared.mail import queue_mail

_MAILED_AT_ONCE = 100


def mail_of_sessions(context: JobContext) -> dict[str, Any]:
    """Write to people what they were told about their bookings; may be run again.

    Where no mail server is configured, they are told in the suite and that is all.
    """
    ids = [UUID(one) for one in context.payload["notice_ids"]] if context.settings.smtp_url else []
    mailed = 0
    for first in range(0, len(ids), _MAILED_AT_ONCE):
        with context.database.write() as uow:
            some = ids[first : first + _MAILED_AT_ONCE]
            mailed += mail_notices(uow, some, settings=context.settings, now=context.clock.now())
        context.progress(min(first + _MAILED_AT_ONCE, len(ids)), len(ids))
    return {"mailed": mailed}


def mail_notices(uow: UnitOfWork, notice_ids: Collection[UUID], *, settings: Settings, now: datetime) -> int:
    """Write one mail for each of these notices, in the language and only if the reader wants it; return how many.

    The key is the booking, what was told and the session's sequence: however often this runs there is one mail.
    The file says how the booking stands now, which may be newer than the notice: calendars keep the latest.
    """
    told = list_told(uow.session, notice_ids)
    people = {one.person_id for one in told}
    locale_of = locales_of(uow.session, people)
    readers = {one.id: one for one in list_mailable(uow.session, people, local_date(now))}
    entries = entries_of(uow.session, {one.session_id for one in told}, people)
    queued = 0
    for notice in told:
        reader, entry = readers.get(notice.person_id), entries[notice.session_id, notice.person_id]
        if reader is None or entry.session.ends_at <= now:
            continue
        locale = locale_of(reader.id)
        appointment = entry.appointment(locale, settings.base_url, now)
        written = letter(_invitation(notice, entry, appointment), reader.name, locale, settings.base_url)
        parties = Parties(settings.mail_from, reader.email)
        file = (
            as_request(appointment, host_of(settings.base_url), parties)
            if carries_file(notice.kind)
            else None
        )
        mail_id = queue_mail(
            uow, to=reader.email, subject=written.subject, text=written.text, html=html_of(written, locale),
            key=f"session/{notice.booking_id}/{notice.kind}/{notice.mark}", now=now,
            calendar=file.decode() if file is not None else None,
        )  # fmt: skip
        queued += mail_id is not None
    return queued


def _invitation(notice: BookingNotice, entry: Entry, appointment: Appointment) -> Invitation:
    one = entry.session
    return Invitation(
        notice.kind,
        one.title,
        f"{local_date(one.starts_at)} {one.hours}",
        appointment.teacher,
        " ".join(part for part in (appointment.where, appointment.link) if part),
        one.cancel_reason or "",
        entry.booking.status is BookingStatus.WAITING,
        f"/training/sessions/{one.id}",
    )
