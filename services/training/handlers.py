"""What training does when people's feed brings news, and when its jobs are due."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.training.bookings.commands import release_leaver, remind_chunk
from services.training.certificates.commands import LANGUAGES, RENDER_JOB, freeze_document
from services.training.curricula.queries import get_curriculum
from services.training.curricula.rules import CurriculumStatus
from services.training.enrolment.commands import (
    APPLY_JOB,
    assign_chunk,
    reconcile_person,
    release_chunk,
)
from services.training.enrolment.queries import asks_anything
from services.training.history.commands import FOLLOW_JOB, follow_log
from services.training.library.commands import INDEX_JOB, index_file
from services.training.library.queries import versions_by_id
from services.training.library.rules import VersionStatus, files_from_json
from services.training.reminders.commands import send_chunk
from services.training.reports.commands import PRINT_JOB, print_document
from services.training.standing.commands import state_coverage
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson, apply_snapshots, known_ids, row_of
from shared.documents import READABLE, Unreadable, read_text
from shared.eventlog import Batched, FeedEvent
from shared.files import FileStore, list_files
from shared.jobs import JobContext, JobHandler
from shared.messages import type_of
from shared.messages.people import PersonChanged, PersonHired, PersonLeft
from shared.web.service import EventHandler

REMINDERS_JOB = "training.reminders"
SESSIONS_JOB = "training.sessions.remind"


def follow_people(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
    """Keep the roster and bring each person's assignments to what is asked of them from then on."""
    snapshots = [event.message().person for event in events]
    known = known_ids(uow.session, (one.person_id for one in snapshots))
    apply_snapshots(uow, snapshots)
    asks = asks_anything(uow.session)
    for event, snapshot in zip(events, snapshots, strict=True):
        now, new = event.recorded_at, snapshot.person_id not in known
        person = DirectoryPerson(**row_of(snapshot))
        if new:
            known.add(person.id)
            state_coverage(uow, person.id, person.hired_on, now=now)
        joined_on = person.hired_on if new else max(person.hired_on, local_date(now))
        if person.left_on is not None:
            release_leaver(uow, person.id, person.left_on, now=now)
        if asks and reconcile_person(uow, person, joined_on=joined_on, now=now, newcomer=new):
            # A later event about the same person must find the assignments that this one made.
            uow.session.flush()


def apply_curriculum(context: JobContext) -> dict[str, Any]:
    """Make or cancel the assignments of a curriculum, a chunk of people at a time; may be run again."""
    curriculum_id = UUID(context.payload["curriculum_id"])
    people = changed = 0
    after: UUID | None = None
    while True:
        with context.database.write() as uow:
            curriculum = get_curriculum(uow.session, curriculum_id)
            if curriculum.status is CurriculumStatus.ACTIVE:
                chunk = assign_chunk(uow, curriculum, after, now=context.clock.now())
            else:
                chunk = release_chunk(uow, curriculum, now=context.clock.now())
        if chunk.last_id is None:
            return {"people": people, "changed": changed}
        after = chunk.last_id
        people += chunk.people
        changed += chunk.changed
        context.progress(people)


def render_certificate(context: JobContext) -> dict[str, Any]:
    """Make the documents of a certificate soon after its issue, so that they show what was true then."""
    certificate_id = UUID(context.payload["certificate_id"])
    for done, language in enumerate(LANGUAGES, start=1):
        freeze_document(
            context.database,
            certificate_id,
            language,
            base_url=context.settings.base_url,
            now=context.clock.now(),
        )
        context.progress(done, len(LANGUAGES))
    return {"documents": len(LANGUAGES)}


def send_reminders(context: JobContext) -> dict[str, Any]:
    """Remind everybody who is to be reminded today and has not been."""
    total = 0
    while True:
        with context.database.write() as uow:
            sent = send_chunk(uow, now=context.clock.now())
        if not sent:
            return {"sent": total}
        total += sent
        context.progress(total)


def remind_of_sessions(context: JobContext) -> dict[str, Any]:
    """Remind everybody of the sessions that they go to by the end of tomorrow."""
    total = 0
    while True:
        with context.database.write() as uow:
            sent = remind_chunk(uow, now=context.clock.now())
        if not sent:
            return {"sent": total}
        total += sent
        context.progress(total)


def index_library_files(context: JobContext) -> dict[str, Any]:
    """Put the text of a published version's files into the index; one that cannot be read is found by its name."""
    version_id = UUID(context.payload["version_id"])
    store = FileStore(context.settings.files_dir)
    with context.database.read() as uow:
        version = versions_by_id(uow.session, [version_id])[version_id]
        files = files_from_json(version.files)
        stored = list_files(uow.session, [one.sha256 for one in files])
        kinds = {sha256: one.kind.value for sha256, one in stored.items()}
    unreadable = 0
    for done, file in enumerate(files, start=1):
        pages: list[str] = []
        try:
            if kinds[file.sha256] in READABLE:
                pages = read_text(store.path(file.sha256), kinds[file.sha256])
        except Unreadable:
            unreadable += 1
        with context.database.write() as uow:
            version = versions_by_id(uow.session, [version_id])[version_id]
            if version.status is VersionStatus.PUBLISHED:  # Else a newer one has taken its place meanwhile.
                index_file(uow, version, file, pages)
        context.progress(done, len(files))
    return {"files": len(files), "unreadable": unreadable}


PEOPLE_HANDLERS: Mapping[str, EventHandler] = dict.fromkeys(
    map(type_of, (PersonHired, PersonChanged, PersonLeft)), Batched(follow_people)
)
JOBS: Mapping[str, JobHandler] = {
    APPLY_JOB: apply_curriculum,
    RENDER_JOB: render_certificate,
    REMINDERS_JOB: send_reminders,
    FOLLOW_JOB: follow_log,
    PRINT_JOB: print_document,
    SESSIONS_JOB: remind_of_sessions,
    INDEX_JOB: index_library_files,
}
