"""Reading imported files, what they would do, and what they did."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.training.courses.models import Course, CourseVersion
from services.training.courses.rules import VersionStatus
from services.training.imports.models import LegacyCompletion, LegacyEvidence, LegacyImport
from services.training.imports.rules import (
    FIELDS,
    MAX_ROWS,
    CourseFacts,
    Details,
    ImportRow,
    Key,
    Known,
    Plan,
    make_plan,
    unused,
)
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson
from shared.files import FileStore
from shared.tabular import match_columns, read_table

_AT_ONCE = 5_000
T = TypeVar("T")


@dataclass(frozen=True)
class Preview:
    """What a file would do now, how many rows it has, and the evidence that none of them names."""

    plan: Plan
    rows: int
    unused: list[str]


def get_import(session: Session, import_id: UUID) -> LegacyImport:
    """Return the file; raise NotFound."""
    found = session.get(LegacyImport, import_id)
    if found is None:
        raise NotFound(N_("There is no such import"))
    return found


def list_imports(
    session: Session, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[LegacyImport]:
    """Return one page of files, the latest first."""
    keys = [LegacyImport.uploaded_at, LegacyImport.id]
    return paginate(session, select(LegacyImport), keys=keys, cursor=cursor, limit=limit, descending=True)


def read_rows(data: bytes, filename: str) -> list[ImportRow]:
    """Return a file's rows; raise InvalidInput when it is no table or lacks a column, TooLarge beyond the limit."""
    table = read_table(data, filename, max_rows=MAX_ROWS)
    columns = match_columns(table.headers, FIELDS)
    return [
        ImportRow(row.number, {name: row.cells[index] for name, index in columns.items()})
        for row in table.rows
    ]


def preview_of(session: Session, store: FileStore, found: LegacyImport, today: date) -> Preview:
    """Return what a file would do now, in as many queries whether it has ten rows or a hundred thousand."""
    rows = read_rows(store.read(found.file_sha256), found.file_name)
    evidence = list_evidence(session, found.id)
    known = _known(session, rows, evidence)
    return Preview(make_plan(rows, known, today), len(rows), unused(evidence, rows))


def list_evidence(session: Session, import_id: UUID) -> dict[str, str]:
    """Return the hashes of the evidence that came with a file, by name."""
    statement = select(LegacyEvidence.name, LegacyEvidence.sha256).where(
        LegacyEvidence.import_id == import_id
    )
    return {row.name: row.sha256 for row in session.execute(statement)}


def list_completions(
    session: Session, visible: ColumnElement[bool], *, person_id: UUID | None = None, limit: int = 200
) -> list[tuple[LegacyCompletion, Course]]:
    """Return earlier completions that the asker may see, the latest first."""
    statement = (
        select(LegacyCompletion, Course)
        .join(Course, Course.id == LegacyCompletion.course_id)
        .where(visible)
        .order_by(LegacyCompletion.completed_on.desc(), LegacyCompletion.id)
        .limit(limit)
    )
    if person_id is not None:
        statement = statement.where(LegacyCompletion.person_id == person_id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def get_completion(session: Session, completion_id: UUID, visible: ColumnElement[bool]) -> LegacyCompletion:
    """Return an earlier completion; raise NotFound when there is none for the asker."""
    found: LegacyCompletion | None = session.scalar(
        select(LegacyCompletion).where(LegacyCompletion.id == completion_id, visible)
    )
    if found is None:
        raise NotFound(N_("There is no such completion"))
    return found


def completions_by_key(session: Session, keys: Collection[Key]) -> dict[Key, LegacyCompletion]:
    """Return the completions that are known under these keys (one query)."""
    people = {one.person_id for one in keys}
    found = session.scalars(select(LegacyCompletion).where(LegacyCompletion.person_id.in_(people)))
    return {one.key: one for one in found if one.key in keys}


def _known(session: Session, rows: Sequence[ImportRow], evidence: dict[str, str]) -> Known:
    people = _people(session, {row.cells.get("employee_no", "").strip() for row in rows})
    return Known(people, _courses(session), _completions(session, set(people.values())), evidence)


def _people(session: Session, numbers: Iterable[str]) -> dict[str, UUID]:
    """Return people by number: those who have left as well."""
    found: dict[str, UUID] = {}
    for some in _in_parts(sorted(numbers)):
        statement = select(DirectoryPerson.employee_no, DirectoryPerson.id).where(
            DirectoryPerson.employee_no.in_(some)
        )
        found |= {row.employee_no: row.id for row in session.execute(statement)}
    return found


def _courses(session: Session) -> dict[str, CourseFacts]:
    statement = select(Course.code, Course.id, CourseVersion.certifies, CourseVersion.valid_months).outerjoin(
        CourseVersion,
        (CourseVersion.course_id == Course.id) & (CourseVersion.status == VersionStatus.PUBLISHED),
    )
    return {
        row.code: CourseFacts(row.id, row.valid_months if row.certifies else None)
        for row in session.execute(statement)
    }


def _completions(session: Session, people: Iterable[UUID]) -> dict[Key, Details]:
    found: dict[Key, Details] = {}
    for some in _in_parts(sorted(people)):
        statement = select(LegacyCompletion).where(LegacyCompletion.person_id.in_(some))
        found |= {one.key: one.details for one in session.scalars(statement)}
    return found


def _in_parts(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[first : first + _AT_ONCE] for first in range(0, len(values), _AT_ONCE))
