"""Taking in a roster file, and applying it whole or not at all."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from services.people.imports import queries
from services.people.imports.models import RosterImport, RosterImportContent
from services.people.imports.rules import (
    KEPT_FOR,
    ImportStatus,
    Kind,
    Known,
    Plan,
    Step,
    make_plan,
    next_status,
)
from services.people.roster import queries as roster_queries
from services.people.roster.commands import Change, lock_roster, record_change, record_hire, record_leaving
from services.people.roster.models import Person, PositionAssignment
from services.people.sheets.rules import FIELDS
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.people import RosterDiscarded, RosterImported, RosterUploaded
from shared.tabular import Table, match_columns, read_table

MAX_ROWS = 200_000
MAX_BYTES = 16 * 1024 * 1024


def read_file(data: bytes, filename: str) -> tuple[Table, dict[str, int]]:
    """Return the table in an uploaded file and the column of each field.

    Raises InvalidInput (not a table, no rows, columns missing or doubled) and TooLarge.
    """
    table = read_table(data, filename, max_rows=MAX_ROWS, max_bytes=MAX_BYTES)
    columns = match_columns(table.headers, FIELDS)
    if not table.rows:
        message = N_("The file has headings and no rows")
        raise InvalidInput(message, fields={"file": [message]})
    return table, columns


def upload_roster(
    uow: UnitOfWork, data: bytes, filename: str, *, whole_roster: bool, actor: Principal, now: datetime
) -> RosterImport:
    """Keep a roster file to be previewed and decided within a day. Raises as `read_file` does."""
    table, columns = read_file(data, filename)
    used = set(columns.values())
    made = RosterImport(
        id=new_id(),
        filename=filename[-200:],
        file_sha256=hashlib.sha256(data).hexdigest(),
        encoding=table.encoding,
        row_count=len(table.rows),
        columns=list(columns),
        ignored=[name[:80] for index, name in enumerate(table.headers) if index not in used and name],
        whole_roster=whole_roster,
        status=ImportStatus.UPLOADED,
        uploaded_by=actor.actor,
        uploaded_at=now,
        expires_at=now + KEPT_FOR,
    )
    rows = [[row.number, {field: row.cells[index] for field, index in columns.items()}] for row in table.rows]
    uow.session.add(made)
    uow.session.add(RosterImportContent(import_id=made.id, rows=rows))
    append(
        uow, RosterUploaded(made.file_sha256, made.row_count, whole_roster), row=made, actor=actor, now=now
    )
    return made


def apply_import(
    uow: UnitOfWork, import_id: UUID, *, roster_digest: str, actor: Principal, now: datetime
) -> RosterImport:
    """Do all that the file says, to the roster as it was previewed (`roster_digest`).

    Raises NotFound, IllegalTransition when it is decided already, Conflict when it has expired or the roster
    is not the previewed one, InvalidInput when the file has bad rows or ends too many.
    """
    lock_roster(uow)
    found = queries.get_import(uow.session, import_id, fresh=True)
    status = next_status(found.status, "apply")
    rows = queries.find_rows(uow.session, import_id)
    if rows is None or now >= found.expires_at:
        raise Conflict(N_("This roster file was not decided within a day; upload it again"))
    today = local_date(now)
    known, digest = queries.read_roster(uow.session, today)
    if digest != roster_digest:
        raise Conflict(
            N_("The roster has changed since this preview; look at what the file would do now, then apply it")
        )
    plan = make_plan(rows, known, today, whole_roster=found.whole_roster)
    _refuse_unsound(plan)
    _carry_out(uow, plan, known, actor=actor, now=now)
    found.added, found.changed, found.ended = (len(plan.of(kind)) for kind in Kind)
    _decide(uow, found, status, actor=actor, now=now)
    message = RosterImported(found.file_sha256, found.added, found.changed, found.ended)
    append(uow, message, row=found, actor=actor, now=now)
    return found


def discard_import(uow: UnitOfWork, import_id: UUID, *, actor: Principal, now: datetime) -> RosterImport:
    """Set a roster file aside and erase its rows. Raises NotFound and IllegalTransition."""
    found = queries.get_import(uow.session, import_id)
    _decide(uow, found, next_status(found.status, "discard"), actor=actor, now=now)
    append(uow, RosterDiscarded(found.file_sha256), row=found, actor=actor, now=now)
    return found


def erase_expired(uow: UnitOfWork, now: datetime) -> int:
    """Erase the rows of files that nobody decided in time; return of how many files."""
    expired = select(RosterImport.id).where(RosterImport.expires_at <= now)
    kept = RosterImportContent.import_id.in_(expired)
    count = uow.session.scalar(select(func.count()).select_from(RosterImportContent).where(kept)) or 0
    uow.session.execute(
        delete(RosterImportContent).where(kept), execution_options={"synchronize_session": False}
    )
    return count


def _refuse_unsound(plan: Plan) -> None:
    if plan.errors:
        count = len({one.row for one in plan.errors})
        raise InvalidInput(N_("%(count)s rows need correcting; nothing was applied", count=count))
    if plan.stop is not None:
        raise InvalidInput(plan.stop)


def _decide(
    uow: UnitOfWork, found: RosterImport, status: ImportStatus, *, actor: Principal, now: datetime
) -> None:
    found.status, found.decided_by, found.decided_at = status, actor.actor, now
    uow.session.execute(
        delete(RosterImportContent).where(RosterImportContent.import_id == found.id),
        execution_options={"synchronize_session": False},
    )


def _carry_out(
    uow: UnitOfWork, plan: Plan, known: Mapping[str, Known], *, actor: Principal, now: datetime
) -> None:
    ids = {number: one.person_id for number, one in known.items()}
    ids |= {step.facts.employee_no: new_id() for step in plan.of(Kind.ADDED)}
    touched = [step.known.person_id for step in plan.steps if step.known is not None]
    people = roster_queries.people_by_id(uow.session, touched)
    latest = roster_queries.last_assignments(uow.session, touched)
    for step in plan.steps:
        person_id = ids[step.facts.employee_no]
        _do(uow, step, people.get(person_id), latest.get(person_id), ids, actor=actor, now=now)


def _do(
    uow: UnitOfWork,
    step: Step,
    person: Person | None,
    current: PositionAssignment | None,
    ids: Mapping[str, UUID],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    post = replace(step.post, manager=ids[step.post.manager] if step.post.manager else None)
    if person is None:
        person_id = ids[step.facts.employee_no]
        person, current = record_hire(
            uow, step.facts, post, since=step.since, actor=actor, now=now, person_id=person_id
        )
    else:
        change = Change(step.facts, post, step.since, step.returns)
        current = record_change(uow, person, current, change, actor=actor, now=now)
    if step.left_on is not None:
        record_leaving(uow, person, current, step.left_on, actor=actor, now=now)
