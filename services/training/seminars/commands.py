"""Writing a seminar's case, and closing a session: its case goes to the library."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.training.library.commands import publish_entry
from services.training.seminars.models import SeminarCase
from services.training.seminars.queries import find_case
from services.training.seminars.rules import as_entry, check_case, digest
from services.training.sessions.commands import end_as_closed
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import lock_session
from services.training.sessions.rules import SessionKind, SessionStatus, SessionStep, next_status
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import SeminarCaseWritten


def write_case(
    uow: UnitOfWork,
    session: TrainingSession,
    title: LocalizedText,
    text: LocalizedText,
    files: Sequence[dict[str, Any]],
    *,
    actor: Principal,
    now: datetime,
) -> SeminarCase:
    """Write the case of a seminar, or change it while the session is not closed. `files`: {"sha256", "name"} each.

    Raises Conflict for a session that is no case seminar or is closed, InvalidInput as rules.check_case says.
    """
    if session.kind is not SessionKind.CASE_SEMINAR:
        raise Conflict(N_("Only a case seminar has a case"))
    if session.status in (SessionStatus.CLOSED, SessionStatus.CANCELLED):
        raise Conflict(N_("This session is over: its case can be changed in the library"))
    check_case(title, text, len(files))
    case = find_case(uow.session, session.id)
    if case is None:
        case = SeminarCase(id=new_id(), session_id=session.id)
        uow.session.add(case)
    case.title, case.text, case.files, case.written_at = title, text, list(files), now
    written = SeminarCaseWritten(session.id, digest(title, text, files))
    append(uow, written, row=case, actor=actor, now=now)
    return case


def close_session(uow: UnitOfWork, session_id: UUID, *, actor: Principal, now: datetime) -> TrainingSession:
    """Close a session that was held; the case of a case seminar is published for the session's audience.

    Raises IllegalTransition unless its roll is confirmed, Conflict for a case seminar whose case is not written.
    """
    session = lock_session(uow.session, session_id)
    next_status(session.status, SessionStep.CLOSE)
    entry_id: UUID | None = None
    if session.kind is SessionKind.CASE_SEMINAR:
        case = find_case(uow.session, session_id)
        if case is None:
            raise Conflict(N_("Write the case first: it goes to the library when the seminar is closed"))
        description, content = as_entry(session.details, case.title, case.text, case.files)
        entry = publish_entry(
            uow,
            description,
            content,
            audience=session.audience,
            owner_id=session.instructor_id,
            actor=actor,
            now=now,
        )
        entry_id = case.entry_id = entry.id
        written = SeminarCaseWritten(session.id, digest(case.title, case.text, case.files))
        append(uow, written, row=case, actor=actor, now=now)
    end_as_closed(uow, session, entry_id=entry_id, actor=actor, now=now)
    return session
