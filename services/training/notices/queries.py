"""Reading one's own notices, and finding what is to be mailed."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.training.courses.models import Course
from services.training.notices.models import Notice, NoticePreference
from services.training.notices.rules import NoticeKind, Said
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson, names_of
from shared.mail.rules import is_address


def list_notices(
    session: Session, person: ColumnElement[bool], *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Notice]:
    """Return one page of somebody's notices, the latest first."""
    keys = [Notice.given_at, Notice.id]
    return paginate(
        session, select(Notice).where(person), keys=keys, cursor=cursor, limit=limit, descending=True
    )


def list_unread(session: Session, person_id: UUID, limit: int = 5) -> list[Notice]:
    """Return the latest notices that somebody has not dismissed."""
    statement = (
        select(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
        .order_by(Notice.given_at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def count_unread(session: Session, person_id: UUID) -> int:
    """Return how many notices somebody has not dismissed."""
    statement = select(func.count()).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return session.scalar(statement) or 0


def list_of_assignment(session: Session, assignment_id: UUID, kinds: Sequence[NoticeKind]) -> list[Notice]:
    """Return the notices of some kinds about an assignment, the oldest first."""
    statement = (
        select(Notice)
        .where(Notice.assignment_id == assignment_id, Notice.kind.in_(kinds))
        .order_by(Notice.given_at, Notice.id)
    )
    return list(session.scalars(statement))


def latest_of_assignments(session: Session, person_id: UUID) -> dict[UUID, Notice]:
    """Return the last reminder that somebody had of each of their assignments."""
    kinds = (NoticeKind.DUE, NoticeKind.OVERDUE, NoticeKind.ASKED)
    statement = (
        select(Notice)
        .where(Notice.person_id == person_id, Notice.kind.in_(kinds), Notice.assignment_id.is_not(None))
        .order_by(Notice.given_at, Notice.id)
    )
    return {one.assignment_id: one for one in session.scalars(statement) if one.assignment_id is not None}


def said(session: Session, notices: Sequence[Notice]) -> dict[UUID, Said]:
    """Return notices as they are read, by id: with the titles of their courses and names (two queries)."""
    courses = select(Course).where(Course.id.in_({one.course_id for one in notices}))
    titles = {one.id: one.title for one in session.scalars(courses)}
    names = names_of(session, [one.about_id for one in notices if one.about_id is not None])
    return {
        one.id: Said(
            one.kind,
            titles[one.course_id],
            names.get(one.about_id, "") if one.about_id is not None else "",
            one.due_on,
            one.assignment_id,
            one.about_id,
        )
        for one in notices
    }


def list_to_mail(session: Session, since: date, after: UUID | None, limit: int) -> list[DirectoryPerson]:
    """Return the next people who have notices that no mail carried yet, and an address to be written to."""
    waiting = select(Notice.person_id).where(Notice.mail_key.is_(None), Notice.day >= since)
    statement = (
        select(DirectoryPerson)
        .where(DirectoryPerson.id.in_(waiting), *_may_be_mailed(since))
        .order_by(DirectoryPerson.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(DirectoryPerson.id > after)
    return list(session.scalars(statement))


def list_mailable(session: Session, person_ids: Collection[UUID], since: date) -> list[DirectoryPerson]:
    """Return who of these people wants mail and has an address; nobody who left before `since`."""
    statement = select(DirectoryPerson).where(DirectoryPerson.id.in_(person_ids), *_may_be_mailed(since))
    return [one for one in session.scalars(statement) if is_address(one.email)]


def list_unmailed(session: Session, person_ids: Sequence[UUID], since: date) -> dict[UUID, list[Notice]]:
    """Return what these people are to be written about, by person (one query)."""
    statement = (
        select(Notice)
        .where(Notice.person_id.in_(person_ids), Notice.mail_key.is_(None), Notice.day >= since)
        .order_by(Notice.given_at, Notice.id)
    )
    found: dict[UUID, list[Notice]] = {}
    for one in session.scalars(statement):
        found.setdefault(one.person_id, []).append(one)
    return found


def preferences_of(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, NoticePreference]:
    """Return how these people want to be told; whoever never said so is not among them."""
    statement = select(NoticePreference).where(NoticePreference.person_id.in_(person_ids))
    return {one.person_id: one for one in session.scalars(statement)}


def locales_of(session: Session, person_ids: Collection[UUID]) -> Callable[[UUID], str]:
    """Return in which language to write to each of these people: Chinese to whoever never said (one query)."""
    statement = select(NoticePreference.person_id, NoticePreference.locale).where(
        NoticePreference.person_id.in_(person_ids)
    )
    chosen = {row.person_id: row.locale for row in session.execute(statement)}
    return lambda person_id: chosen.get(person_id, "zh")


def _may_be_mailed(since: date) -> Sequence[ColumnElement[bool]]:
    declined = select(NoticePreference.person_id).where(NoticePreference.by_mail.is_(False))
    return (
        DirectoryPerson.id.not_in(declined),
        DirectoryPerson.email != "",
        DirectoryPerson.left_on.is_(None) | (DirectoryPerson.left_on >= since),
    )
