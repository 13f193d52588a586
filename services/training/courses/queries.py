"""Reading courses."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from services.training.courses.models import Course, CourseVersion
from services.training.courses.rules import Category, VersionStatus
from services.training.parts.rules import PartKind
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


@dataclass(frozen=True)
class CourseFilter:
    """Which courses are looked for; `status` None: all that are not retired."""

    category: Category | None = None
    tag: str = ""
    text: str = ""
    status: VersionStatus | None = None


def get_course(session: Session, course_id: UUID, *, drafts: bool = True) -> Course:
    """Return the course; raise NotFound. Without `drafts`, one that was never published does not exist."""
    found = session.get(Course, course_id)
    if found is None or not (drafts or _was_published(session, course_id)):
        raise NotFound(N_("There is no such course"))
    return found


def find_by_code(session: Session, code: str) -> Course | None:
    """Return the course of that code, or None."""
    return session.scalar(select(Course).where(Course.code == code))


def list_courses(
    session: Session,
    wanted: CourseFilter | None = None,
    *,
    drafts: bool = False,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Course]:
    """Return one page of courses by code; without `drafts`, those that have a published version."""
    statement = _found(wanted or CourseFilter(), drafts=drafts)
    return paginate(session, statement, keys=[Course.code, Course.id], cursor=cursor, limit=limit)


def list_tags(session: Session, *, drafts: bool = False) -> list[str]:
    """Return every tag of the courses that are not retired, in order: courses are hundreds, not millions."""
    found = session.scalars(_found(CourseFilter(), drafts=drafts).with_only_columns(Course.tags))
    return sorted({tag for tags in found for tag in tags})


def list_titles(session: Session) -> list[Course]:
    """Return all courses by code, to choose from: a company has hundreds, not thousands."""
    return list(session.scalars(select(Course).order_by(Course.code)))


def list_published(session: Session) -> list[Course]:
    """Return all courses that have a published version, by code: a company has dozens, to choose from."""
    published = select(CourseVersion.course_id).where(CourseVersion.status == VersionStatus.PUBLISHED)
    return list(session.scalars(select(Course).where(Course.id.in_(published)).order_by(Course.code)))


def list_with_part(session: Session, kind: PartKind, also: UUID | None = None) -> list[Course]:
    """Return the courses whose published version has a part of a kind, by code, and the one named `also`."""
    rows = session.execute(
        select(Course, CourseVersion.parts)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.status == VersionStatus.PUBLISHED)
        .order_by(Course.code)
    )
    return [row[0] for row in rows if row[0].id == also or any(one["kind"] == kind for one in row[1])]


def courses_by_id(session: Session, ids: Iterable[UUID]) -> dict[UUID, Course]:
    """Return courses by their ids, in one query."""
    wanted = list(dict.fromkeys(ids))
    return {one.id: one for one in session.scalars(select(Course).where(Course.id.in_(wanted)))}


def get_version(session: Session, version_id: UUID) -> CourseVersion:
    """Return the version; raise NotFound."""
    found = session.get(CourseVersion, version_id)
    if found is None:
        raise NotFound(N_("There is no such version of a course"))
    return found


def find_version(session: Session, course_id: UUID, status: VersionStatus) -> CourseVersion | None:
    """Return the course's one draft or one published version, or None."""
    assert status is not VersionStatus.RETIRED
    return session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course_id, CourseVersion.status == status)
    )


def list_versions(session: Session, course_id: UUID) -> list[CourseVersion]:
    """Return all versions of a course, the newest first."""
    statement = (
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.number.desc())
    )
    return list(session.scalars(statement))


def versions_of(
    session: Session, course_ids: Iterable[UUID], *statuses: VersionStatus
) -> dict[tuple[UUID, VersionStatus], CourseVersion]:
    """Return the published and draft versions of many courses by course and status, in one query."""
    found = session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id.in_(list(course_ids)), CourseVersion.status.in_(statuses)
        )
    )
    return {(one.course_id, one.status): one for one in found}


def _found(wanted: CourseFilter, *, drafts: bool) -> Select[Course]:
    statement = select(Course)
    if wanted.category is not None:
        statement = statement.where(Course.category == wanted.category)
    for word in wanted.text.lower().split():
        statement = statement.where(Course.words.contains(word, autoescape=True))
    if wanted.tag:
        # Tags stand a line each at the end of the words, with a mark; a tag never holds a line end.
        line = f"\n#{wanted.tag.lower()}\n"
        statement = statement.where((Course.words + "\n").contains(line, autoescape=True))
    match wanted.status:
        case VersionStatus.RETIRED:
            statement = statement.where(Course.retired_at.is_not(None))
        case None:
            statement = statement.where(Course.retired_at.is_(None))
        case status:
            statement = statement.where(Course.retired_at.is_(None), _has(status))
    return statement if drafts else statement.where(_has(VersionStatus.PUBLISHED))


def _has(status: VersionStatus) -> ColumnElement[bool]:
    return exists().where(and_(CourseVersion.course_id == Course.id, CourseVersion.status == status))


def _was_published(session: Session, course_id: UUID) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    CourseVersion.course_id == course_id, CourseVersion.status != VersionStatus.DRAFT
                )
            )
        )
    )
