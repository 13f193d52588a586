"""Reading designs."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.courses.models import Course
from services.training.designs.models import Design, DesignChoice, DesignVersion
from services.training.designs.rules import STANDARD, DesignContent, DesignStatus
from shared.core.errors import NotFound
from shared.core.text import N_

ALL = "all"


def course_scope(course_id: UUID) -> str:
    """Return how a choice for one course is named."""
    return f"course/{course_id}"


def category_scope(category: str) -> str:
    """Return how a choice for a category of courses is named."""
    return f"category/{category}"


def get_design(session: Session, design_id: UUID) -> Design:
    """Return the design; raise NotFound."""
    found = session.get(Design, design_id)
    if found is None:
        raise NotFound(N_("There is no such design"))
    return found


def list_designs(session: Session) -> list[Design]:
    """Return all designs, the oldest first: a company has a handful."""
    return list(session.scalars(select(Design).order_by(Design.created_at, Design.id)))


def list_versions(session: Session, design_id: UUID) -> list[DesignVersion]:
    """Return a design's versions, the newest first."""
    statement = select(DesignVersion).where(DesignVersion.design_id == design_id)
    return list(session.scalars(statement.order_by(DesignVersion.number.desc())))


def find_version(session: Session, design_id: UUID, status: DesignStatus) -> DesignVersion | None:
    """Return the draft, or the published version, or None (not for retired ones: there may be many)."""
    return session.scalar(
        select(DesignVersion).where(DesignVersion.design_id == design_id, DesignVersion.status == status)
    )


def current_versions(session: Session) -> dict[tuple[UUID, DesignStatus], DesignVersion]:
    """Return every design's draft and published version, in one query."""
    statement = select(DesignVersion).where(
        DesignVersion.status.in_([DesignStatus.DRAFT, DesignStatus.PUBLISHED])
    )
    return {(one.design_id, one.status): one for one in session.scalars(statement)}


def version_numbers(session: Session) -> list[tuple[UUID, UUID, int]]:
    """Return every version's id, its design's, and its number, without what they print."""
    rows = session.execute(
        select(DesignVersion.id, DesignVersion.design_id, DesignVersion.number).order_by(
            DesignVersion.design_id, DesignVersion.number
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def list_choices(session: Session) -> list[DesignChoice]:
    """Return which scopes have a design of their own."""
    return list(session.scalars(select(DesignChoice).order_by(DesignChoice.scope)))


def find_choice(session: Session, scope: str) -> DesignChoice | None:
    """Return the choice for a scope, or None."""
    return session.scalar(select(DesignChoice).where(DesignChoice.scope == scope))


def find_design_in_force(session: Session, course: Course) -> UUID | None:
    """Return the version by which a new certificate of a course is printed; None: by the standard design.

    The course's own choice comes first, then its category's, then the one for all; a design without a published
    version is passed over.
    """
    scopes = [course_scope(course.id), category_scope(course.category), ALL]
    rows = session.execute(
        select(DesignChoice.scope, DesignVersion.id)
        .join(DesignVersion, DesignVersion.design_id == DesignChoice.design_id)
        .where(DesignChoice.scope.in_(scopes), DesignVersion.status == DesignStatus.PUBLISHED)
    )
    found: dict[str, UUID] = {row[0]: row[1] for row in rows}
    return next((found[scope] for scope in scopes if scope in found), None)


def contents_of(session: Session, version_ids: set[UUID | None]) -> dict[UUID | None, DesignContent]:
    """Return what each version prints, in one query; None is the standard design."""
    wanted = [one for one in version_ids if one is not None]
    found: dict[UUID | None, DesignContent] = {None: STANDARD}
    if wanted:
        rows = session.scalars(select(DesignVersion).where(DesignVersion.id.in_(wanted)))
        found |= {one.id: one.value for one in rows}
    return found
