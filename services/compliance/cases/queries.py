"""Reading cases. Every read of a case, or of anything that hangs on one, goes through `may_see`.

There is no other condition on visibility in this service: lists, counts, search, the board, exports and the
API are all built from it, so that there is one place to be right.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from services.compliance.cases.models import Case, CaseEntry, CaseOfficer, CaseSubject, ComplianceOfficer
from services.compliance.cases.rules import CaseFilter, CaseStatus
from shared.core.errors import NotFound
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson, names_of

_SORTS: dict[str, InstrumentedAttribute[Any]] = {
    "reported_on": Case.reported_on,
    "status_since": Case.status_since,
    "code": Case.code,
}
# How many cards a column of the board shows; the list shows them all.
BOARD_CARDS = 20


@dataclass(frozen=True)
class Column:
    """A column of the board: the cards that have waited longest, and how many there are in all."""

    status: CaseStatus
    total: int
    cases: Sequence[Case]


def may_see(case_id: InstrumentedAttribute[UUID], principal: Principal) -> ColumnElement[bool]:
    """Return the condition under which `principal` may see the case that `case_id` refers to.

    They are on its access list and not recused; and they are not named in it, under whichever account.
    """
    # Under names of their own, so that they are not taken for the tables of the query around them.
    officer, subject = aliased(CaseOfficer), aliased(CaseSubject)
    on_it = exists().where(
        officer.case_id == case_id, officer.account_id == principal.account_id, officer.recused_at.is_(None)
    )
    named = exists().where(subject.case_id == case_id, subject.person_id == principal.person_id)
    return and_(on_it, ~named)


def get_case(session: Session, case_id: UUID, principal: Principal, *, lock: bool = False) -> Case:
    """Return a case that the principal may see; raise NotFound for any other, existing or not.

    With `lock` nobody else can lock it until the transaction ends: a hold cannot be proposed in a case that is
    being closed. (SQLite has one writer at a time as it is.)
    """
    statement = select(Case).where(Case.id == case_id, may_see(Case.id, principal))
    found: Case | None = session.scalar(statement.with_for_update(of=Case) if lock else statement)
    if found is None:
        raise NotFound(N_("There is no such case"))
    return found


def list_cases(
    session: Session,
    principal: Principal,
    narrowed: CaseFilter,
    *,
    sort: str = "-reported_on",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Case]:
    """Return a page of the cases that the principal may see; `sort` is one of SORTS."""
    key = _SORTS[sort.removeprefix("-")]
    statement = _visible(principal, narrowed)
    keys = [key, Case.id]
    return paginate(
        session, statement, keys=keys, cursor=cursor, limit=limit, descending=sort.startswith("-")
    )


def count_cases(session: Session, principal: Principal, narrowed: CaseFilter) -> int:
    """Return how many cases the principal may see."""
    return session.scalar(select(func.count()).select_from(_visible(principal, narrowed).subquery())) or 0


def board(session: Session, principal: Principal) -> list[Column]:
    """Return the board's columns."""
    counts = dict(
        session.execute(
            select(Case.status, func.count()).where(may_see(Case.id, principal)).group_by(Case.status)
        ).all()
    )
    columns = []
    for status in CaseStatus:
        newest_first = status is CaseStatus.CLOSED
        page = list_cases(
            session, principal, CaseFilter(status=status), limit=BOARD_CARDS,
            sort="-status_since" if newest_first else "status_since",
        )  # fmt: skip
        columns.append(Column(status, counts.get(status, 0), page.items))
    return columns


def subjects_of(
    session: Session, principal: Principal, cases: Iterable[Case]
) -> dict[UUID, list[tuple[UUID, str]]]:
    """Return for each case (person id, name) of those named in it, in one query."""
    rows = session.execute(
        select(CaseSubject.case_id, CaseSubject.person_id, func.coalesce(DirectoryPerson.name, ""))
        .outerjoin(DirectoryPerson, DirectoryPerson.id == CaseSubject.person_id)
        .where(CaseSubject.case_id.in_([one.id for one in cases]), may_see(CaseSubject.case_id, principal))
        .order_by(CaseSubject.named_at, CaseSubject.id)
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for case_id, person_id, name in rows:
        found.setdefault(case_id, []).append((person_id, name))
    return found


def is_subject(session: Session, case_id: UUID, person_id: UUID) -> bool:
    """Say whether somebody is named in the case; the caller has made sure that the case may be seen."""
    wanted = (CaseSubject.case_id == case_id, CaseSubject.person_id == person_id)
    return bool(session.scalar(select(exists().where(*wanted))))


def list_entries(session: Session, case_id: UUID, principal: Principal) -> Sequence[CaseEntry]:
    """Return the record of a case, the latest first."""
    return session.scalars(
        select(CaseEntry)
        .where(CaseEntry.case_id == case_id, may_see(CaseEntry.case_id, principal))
        .order_by(CaseEntry.at.desc(), CaseEntry.id.desc())
    ).all()


def list_officers(session: Session, case_id: UUID, principal: Principal) -> Sequence[CaseOfficer]:
    """Return the access list of a case, recused officers included."""
    return session.scalars(
        select(CaseOfficer)
        .where(CaseOfficer.case_id == case_id, may_see(CaseOfficer.case_id, principal))
        .order_by(CaseOfficer.added_at, CaseOfficer.id)
    ).all()


def list_available_officers(
    session: Session, *, besides: Collection[UUID] = ()
) -> list[tuple[UUID, UUID | None, str]]:
    """Return (account id, person id, name) of every compliance officer but those `besides`, by name."""
    found = session.scalars(select(ComplianceOfficer)).all()
    names = officer_names(session, [one.account_id for one in found])
    rows = [
        (one.account_id, one.person_id, names[one.account_id])
        for one in found
        if one.account_id not in besides
    ]
    return sorted(rows, key=lambda row: row[2])


def officer_names(session: Session, account_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return a name for each account: that of its person, or the beginning of its id where it has none."""
    wanted = {one for one in account_ids if one is not None}
    rows = session.execute(
        select(ComplianceOfficer.account_id, ComplianceOfficer.person_id).where(
            ComplianceOfficer.account_id.in_(wanted)
        )
    )
    persons = {row.account_id: row.person_id for row in rows if row.person_id is not None}
    names = names_of(session, persons.values())
    return {one: names.get(persons.get(one, one), str(one)[-8:]) for one in wanted}


def list_regions(session: Session) -> Sequence[str]:
    """Return the regions in which there are people."""
    return session.scalars(
        select(DirectoryPerson.region)
        .where(DirectoryPerson.region != "")
        .distinct()
        .order_by(DirectoryPerson.region)
    ).all()


def _visible(principal: Principal, narrowed: CaseFilter) -> Select[Case]:
    statement = select(Case).where(may_see(Case.id, principal))
    if narrowed.status is not None:
        statement = statement.where(Case.status == narrowed.status)
    if narrowed.category:
        statement = statement.where(Case.category == narrowed.category)
    if narrowed.severity is not None:
        statement = statement.where(Case.severity == narrowed.severity)
    if narrowed.region:
        statement = statement.where(Case.region == narrowed.region)
    if narrowed.search:
        statement = statement.where(_mentions(narrowed.search))
    return statement


def _mentions(search: str) -> ColumnElement[bool]:
    names_somebody = exists().where(
        CaseSubject.case_id == Case.id,
        CaseSubject.person_id == DirectoryPerson.id,
        DirectoryPerson.name.contains(search, autoescape=True),
    )
    return or_(
        Case.code.contains(search, autoescape=True),
        Case.title.contains(search, autoescape=True),
        names_somebody,
    )
