"""Reading roster files, and what each would do to the roster as it stands."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from services.people.imports.models import RosterImport, RosterImportContent
from services.people.imports.rules import ImportRow, ImportStatus, Known, Plan, make_plan
from services.people.roster.models import Person
from services.people.roster.rules import Facts, Post
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory.models import unbarred


@dataclass(frozen=True)
class Preview:
    """What a file would do, and the digest of the roster (and the day) for which that is true."""

    plan: Plan
    roster_digest: str


def get_import(session: Session, import_id: UUID, *, fresh: bool = False) -> RosterImport:
    """Return the roster file, read again if `fresh`; raise NotFound."""
    found = session.get(RosterImport, import_id, populate_existing=fresh)
    if found is None:
        raise NotFound(N_("This roster file does not exist"))
    return found


def list_imports(
    session: Session, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[RosterImport]:
    """Return one page of roster files, the latest first."""
    return paginate(
        session, select(RosterImport), keys=[RosterImport.uploaded_at, RosterImport.id],
        cursor=cursor, limit=limit, descending=True,
    )  # fmt: skip


def find_rows(session: Session, import_id: UUID) -> Sequence[ImportRow] | None:
    """Return the rows of a file, or None once they are erased."""
    rows = session.scalar(select(RosterImportContent.rows).where(RosterImportContent.import_id == import_id))
    return None if rows is None else [ImportRow(number, cells) for number, cells in rows]


def find_preview(session: Session, roster_import: RosterImport, today: date) -> Preview | None:
    """Return what an undecided file would do today, or None when it is decided or has been erased."""
    rows = find_rows(session, roster_import.id)
    if rows is None or roster_import.status is not ImportStatus.UPLOADED:
        return None
    known, digest = read_roster(session, today)
    return Preview(make_plan(rows, known, today, whole_roster=roster_import.whole_roster), digest)


def read_roster(session: Session, today: date) -> tuple[dict[str, Known], str]:
    """Return everybody by employee number, and a digest that is another one after any change to anybody.

    The day is part of it: a plan made today may end people today.
    """
    manager = aliased(Person)
    digest = hashlib.sha256(today.isoformat().encode())
    known: dict[str, Known] = {}
    rows = session.execute(
        select(
            Person.id, Person.employee_no, Person.name, Person.hired_on, Person.email, Person.tags,
            Person.position, Person.org_unit, Person.region, Person.product_lines, Person.assigned_since,
            Person.left_on, Person.last_event_id, manager.employee_no.label("manager_no"),
        )
        .outerjoin(manager, manager.id == Person.manager_id)
        .order_by(Person.id)
    )  # fmt: skip
    for row in rows:
        digest.update(row.id.bytes + row.last_event_id.bytes)
        facts = Facts(row.employee_no, row.name, row.hired_on, row.email, unbarred(row.tags))
        lines = unbarred(row.product_lines)
        post = Post(row.position, row.org_unit, row.region, lines, row.manager_no)
        known[row.employee_no] = Known(row.id, facts, post, row.assigned_since, row.left_on)
    return known, digest.hexdigest()
