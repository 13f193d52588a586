"""A made-up service that keeps notes, in the place of training; a second one, in people's place, follows it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.core.clock import FixedClock
from shared.core.text import N_
from shared.db.base import Audited, IdPk, PlatformBase, service_base
from shared.db.migrate import Schema
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryBase
from shared.eventlog import Event, FeedEvent, append
from shared.messages.base import message
from shared.web.service import Service
from tests.harness import Harness

NoteBase: Any = service_base("note")
TEXTS: dict[UUID, str] = {}


@message("training.note.written.v1")
@dataclass(frozen=True)
class NoteWritten:
    """Somebody wrote something."""

    text: str


class Note(Audited, NoteBase):  # type: ignore[misc]
    """The one audited model."""

    __tablename__ = "note"
    __audit_kind__ = "note"

    id: Mapped[IdPk]
    text: Mapped[str] = mapped_column(String(200))


def take_note(uow: UnitOfWork, event: FeedEvent) -> None:
    """Keep the same note in the follower."""
    note = Note(text=event.message().text)
    uow.session.add(note)
    append(uow, NoteWritten(note.text), row=note, actor="system", now=event.recorded_at)


def make_service(name: str, *, follows: str | None = None) -> Service:
    """Return the made-up service under the name of a real one."""
    return Service(
        name=name,
        title=N_("Training") if name == "training" else N_("People"),
        import_name="tests.shared.web.log",
        # The name of the schema tells it from the real service's in the tests' store of migrated databases.
        schema=Schema(
            "notes",
            (PlatformBase.metadata, DirectoryBase.metadata, NoteBase.metadata),
            Path(__file__).parent / "migrations",
        ),
        permissions=(),
        audited=(Note,),
        handlers={follows: {"training.note.written.v1": take_note}} if follows else {},
    )


def write_note(h: Harness, text: str = "hello", **rest: Any) -> Event:
    """Write a note with its event, in a transaction of its own."""
    with h.write("training") as uow:
        note = Note(text=text)
        uow.session.add(note)
        return append(uow, NoteWritten(text), row=note, actor="system", now=_now(h), **rest)


def _now(h: Harness) -> Any:
    clock: FixedClock = h.clock
    return clock.now()
