"""What training does when people's feed brings news, and when its jobs are due."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.training.assigning.commands import (
    ASSIGN_JOB,
    FILE_JOB,
    Order,
    apply_lines,
    principal_of,
    read_file,
)
from services.training.assigning.commands import (
    assign_chunk as ask_chunk,
)
from services.training.bookings.commands import MAIL_JOB, release_leaver, remind_chunk
from services.training.courses.commands import RETRAIN_JOB
from services.training.courses.queries import get_course, get_version
from services.training.courses.rules import VersionStatus as CourseVersionStatus
from services.training.curricula.queries import get_curriculum
from services.training.curricula.rules import CurriculumStatus
from services.training.enrolment.commands import APPLY_JOB, reconcile_person
from services.training.enrolment.queries import asks_anything
from services.training.equivalents.commands import APPLY_JOB as EQUIVALENCE_JOB
from services.training.equivalents.commands import apply_chunk
from services.training.exceptions.commands import close_settled, find_chunk
from services.training.history.commands import FOLLOW_JOB, follow_log
from services.training.imports.commands import APPLY_JOB as IMPORT_JOB
from services.training.imports.commands import finish_import, record_steps
from services.training.imports.queries import get_import, preview_of
from services.training.imports.rules import ImportStatus
from services.training.invitations.commands import mail_of_sessions
from services.training.library.commands import INDEX_JOB, index_file
from services.training.library.queries import versions_by_id
from services.training.library.rules import VersionStatus, files_from_json
from services.training.materials.commands import DRAW_JOB, PAGES_AT_ONCE, draw_some
from services.training.mentorless.commands import MENTORLESS_JOB, tell_of_mentorless
from services.training.notices.commands import mail_chunk
from services.training.pairing.commands import LEAVERS_JOB, end_for_leavers, end_leavers_mentorships
from services.training.printing.commands import RENDER_MANY_JOB, freeze_documents
from services.training.printing.queries import list_undrawn
from services.training.reissues.commands import REISSUE_JOB, finish_reissue, reissue_chunk
from services.training.reissues.queries import get_reissue, list_printed_ids
from services.training.reminders.commands import send_chunk
from services.training.reports.commands import PRINT_JOB, print_document
from services.training.retraining.commands import ask_again
from services.training.revisions.commands import COUNT_JOB, assign_chunk, count_chunk, release_chunk
from services.training.revisions.models import CurriculumProposal
from services.training.revisions.rules import ProposalStatus
from services.training.sessions.queries import next_days
from services.training.sittings.commands import settle_all
from services.training.standing.commands import state_coverage
from services.training.waivers.queries import get_equivalence
from shared.core.principals import SYSTEM
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson, apply_snapshots, known_ids, row_of
from shared.documents import READABLE, Unreadable, read_text
from shared.eventlog import Batched, FeedEvent
from shared.files import FileStore, list_files
from shared.jobs import JobContext, JobHandler
from shared.mail import SEND_JOB, send_mail
from shared.messages import type_of
from shared.messages.people import PersonChanged, PersonHired, PersonLeft
from shared.web.service import EventHandler

REMINDERS_JOB = "training.reminders"
SITTINGS_JOB = "training.sittings"
# Each night what was issued lately and has no document; older ones are drawn when somebody asks for them.
_UNDRAWN_FOR = timedelta(days=7)
_UNDRAWN_AT_MOST = 5_000
SESSIONS_JOB = "training.sessions.remind"
EXCEPTIONS_JOB = "training.exceptions"

# So many completions are taken over in one unit of work.
IMPORT_CHUNK = 200


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
    leavers = [one.person_id for one in snapshots if one.left_on is not None]
    if leavers:
        last = events[-1].recorded_at
        end_for_leavers(uow, local_date(last), now=last, person_ids=leavers)


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


def count_proposal(context: JobContext) -> dict[str, Any]:
    """Count whom a proposed revision would change, a chunk of people at a time; begun again, it counts anew."""
    proposal_id = UUID(context.payload["proposal_id"])
    people = 0
    after: UUID | None = None
    while True:
        with context.database.write() as uow:
            proposal = uow.session.get_one(CurriculumProposal, proposal_id)
            if proposal.status is not ProposalStatus.COUNTING:
                return {"people": people}
            chunk = count_chunk(uow, proposal, after, now=context.clock.now())
        if chunk.last_id is None:
            return {"people": people}
        after = chunk.last_id
        people += chunk.people
        context.progress(people)


def retrain_certified(context: JobContext) -> dict[str, Any]:
    """Ask the certified to take a version that says so, a chunk of people at a time; may be run again."""
    version_id = UUID(context.payload["version_id"])
    people = asked = 0
    after: UUID | None = None
    while True:
        with context.database.write() as uow:
            version = get_version(uow.session, version_id)
            course = get_course(uow.session, version.course_id)
            # A version that was replaced meanwhile asks nobody: what replaced it says what is to be done.
            is_current = version.status is CourseVersionStatus.PUBLISHED and version.retrain
            now = context.clock.now()
            chunk = ask_again(uow, course, version, after, now=now) if is_current else None
        if chunk is None or chunk.last_id is None:
            return {"people": people, "asked": asked}
        after = chunk.last_id
        people += chunk.people
        asked += chunk.asked
        context.progress(people)


def draw_document(context: JobContext) -> dict[str, Any]:
    """Draw the pages of a document before somebody asks for them; may be run again."""
    sha256, pages = str(context.payload["sha256"]), int(context.payload["pages"])
    folder = context.settings.files_dir
    for first in range(1, pages + 1, PAGES_AT_ONCE):
        last = min(first + PAGES_AT_ONCE - 1, pages)
        draw_some(FileStore(folder), folder, sha256, first, last)
        context.progress(last, pages)
    return {"pages": pages}


def render_certificates(context: JobContext) -> dict[str, Any]:
    """Make the documents of the certificates of the last days that have none yet."""
    since = context.clock.now() - _UNDRAWN_FOR
    with context.database.read() as uow:
        ids = list_undrawn(uow.session, since, _UNDRAWN_AT_MOST)
    made = freeze_documents(
        context.database, ids, settings=context.settings, now=context.clock.now(),
        progress=lambda done: context.progress(done, len(ids)),
    )  # fmt: skip
    return {"documents": made}


def reissue_certificates(context: JobContext) -> dict[str, Any]:
    """Print the certificates of a re-issue anew, a chunk at a time, until all are done or somebody stops it."""
    reissue_id = UUID(context.payload["reissue_id"])
    with context.database.read() as uow:
        total = get_reissue(uow.session, reissue_id).total
        # An attempt that ended half-way may have counted some up without drawing them.
        begun = list_printed_ids(uow.session, reissue_id)
    _draw_both(context, begun)
    done = len(begun)
    while True:
        with context.database.write() as uow:
            chunk = reissue_chunk(uow, reissue_id, now=context.clock.now())
        if not chunk.certificate_ids:
            break
        _draw_both(context, chunk.certificate_ids)
        done += len(chunk.certificate_ids)
        context.progress(min(done, total), total)
    with context.database.write() as uow:
        finish_reissue(uow, reissue_id, done, now=context.clock.now())
    return {"certificates": done}


def _draw_both(context: JobContext, ids: Sequence[UUID]) -> None:
    """Draw the sheet in both languages; the others are drawn when somebody first asks for them."""
    settings, now = context.settings, context.clock.now()
    freeze_documents(context.database, ids, settings=settings, now=now, languages=("both",))


def send_reminders(context: JobContext) -> dict[str, Any]:
    """Tell everybody what they are to be reminded of today, and write each of them one mail about it.

    Where no mail server is configured, notices are shown in the suite and that is all.
    """
    reminded = mailed = 0
    while True:
        with context.database.write() as uow:
            sent = send_chunk(uow, now=context.clock.now())
        if not sent:
            break
        reminded += sent
        context.progress(reminded)
    after: UUID | None = None
    while context.settings.smtp_url:
        with context.database.write() as uow:
            after, queued = mail_chunk(
                uow, after, base_url=context.settings.base_url, now=context.clock.now()
            )
        if after is None:
            break
        mailed += queued
        context.progress(reminded + mailed)
    return {"sent": reminded, "mailed": mailed}


def find_exceptions(context: JobContext) -> dict[str, Any]:
    """Put due dates that cannot be met into the queue, and take out what is settled."""
    found = closed = 0
    after: UUID | None = None
    while True:
        with context.database.write() as uow:
            now = context.clock.now()
            sessions = next_days(uow.session, now)
            after, some = find_chunk(uow, after, next_sessions=sessions, now=now)
        found += some
        if after is None:
            break
        context.progress(found)
    while True:
        with context.database.write() as uow:
            some = close_settled(uow, now=context.clock.now())
        if not some:
            return {"found": found, "closed": closed}
        closed += some


def apply_equivalence(context: JobContext) -> dict[str, Any]:
    """Credit everybody who has completed the course that stands in, a chunk at a time; may be run again."""
    credited, after = 0, None
    while True:
        with context.database.write() as uow:
            equivalence = get_equivalence(uow.session, UUID(context.payload["equivalence_id"]))
            applied = apply_chunk(uow, equivalence, after, now=context.clock.now())
        credited, after = credited + applied.credited, applied.last_id
        if after is None:
            return {"credited": credited}
        context.progress(credited)


def assign_people(context: JobContext) -> dict[str, Any]:
    """Ask a course of many people, a chunk at a time; may be run again."""
    order, counts = Order.from_json(context.payload), Counter[str]()
    after: UUID | None = None
    while True:
        with context.database.write() as uow:
            tally = ask_chunk(uow, order, after, now=context.clock.now())
        counts.update({one.value: count for one, count in tally.counts.items()})
        if tally.last_id is None:
            return dict(counts)
        after = tally.last_id
        context.progress(counts.total())


def assign_file(context: JobContext) -> dict[str, Any]:
    """Do what a file of assignments comes to now; may be run again."""
    stored, name = context.payload["sha256"], context.payload["name"]
    data, by = FileStore(context.settings.files_dir).read(stored), principal_of(context.payload["by"])
    with context.database.write() as uow:
        lines = read_file(uow, data, name, by, now=context.clock.now())
    counts = Counter[str]()
    for first in range(0, len(lines), 1_000):
        with context.database.write() as uow:
            done = apply_lines(uow, lines[first : first + 1_000], by=by, now=context.clock.now())
        counts.update({one.value: count for one, count in done.items()})
        context.progress(counts.total(), len(lines))
    return dict(counts)


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


def settle_sittings(context: JobContext) -> dict[str, Any]:
    """Grade every sitting whose time is over and that nobody handed in; may be run again."""
    return {"graded": settle_all(context.database, now=context.clock.now())}


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


def apply_import(context: JobContext) -> dict[str, Any]:
    """Take over what a file of earlier completions says; begun again, it goes on where it was."""
    import_id, store = UUID(context.payload["import_id"]), FileStore(context.settings.files_dir)
    with context.database.read() as uow:
        found = get_import(uow.session, import_id)
        steps = preview_of(uow.session, store, found, local_date(context.clock.now())).plan.steps
    for first in range(0, len(steps), IMPORT_CHUNK):
        context.progress(first, len(steps))
        with context.database.write() as uow:
            some = steps[first : first + IMPORT_CHUNK]
            record_steps(uow, get_import(uow.session, import_id), some, actor=SYSTEM, now=context.clock.now())
    with context.database.write() as uow:
        found = get_import(uow.session, import_id)
        if found.status is ImportStatus.APPLYING:  # It was finished by an attempt that was cut off after it.
            finish_import(uow, found, actor=SYSTEM, now=context.clock.now())
        return {"added": found.added, "corrected": found.corrected}


PEOPLE_HANDLERS: Mapping[str, EventHandler] = dict.fromkeys(
    map(type_of, (PersonHired, PersonChanged, PersonLeft)), Batched(follow_people)
)
JOBS: Mapping[str, JobHandler] = {
    IMPORT_JOB: apply_import,
    APPLY_JOB: apply_curriculum,
    COUNT_JOB: count_proposal,
    RETRAIN_JOB: retrain_certified,
    DRAW_JOB: draw_document,
    RENDER_MANY_JOB: render_certificates,
    REISSUE_JOB: reissue_certificates,
    REMINDERS_JOB: send_reminders,
    FOLLOW_JOB: follow_log,
    PRINT_JOB: print_document,
    SITTINGS_JOB: settle_sittings,
    SESSIONS_JOB: remind_of_sessions,
    INDEX_JOB: index_library_files,
    LEAVERS_JOB: end_leavers_mentorships,
    MENTORLESS_JOB: tell_of_mentorless,
    EXCEPTIONS_JOB: find_exceptions,
    EQUIVALENCE_JOB: apply_equivalence,
    ASSIGN_JOB: assign_people,
    FILE_JOB: assign_file,
    MAIL_JOB: mail_of_sessions,
    SEND_JOB: send_mail,
}
