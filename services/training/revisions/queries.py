"""Reading what paths ask of many people at once, a chunk at a time, and proposals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.queries import as_wanted, had_by, sizes_of
from services.training.assignments.rules import OPEN, Wanted
from services.training.certifications.rules import DueRule
from services.training.courses.models import Course
from services.training.courses.queries import courses_by_id
from services.training.curricula.models import Curriculum, Requirement, RequirementGroup
from services.training.curricula.queries import Required, list_requirements
from services.training.curricula.rules import CurriculumStatus, PathContent
from services.training.revisions.models import CurriculumProposal, ProposalChange
from services.training.revisions.rules import ChangeKind, PersonPlan, plan_person
from services.training.waivers.models import CourseCredit
from services.training.waivers.queries import credits_of
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.directory import Audience, DirectoryPerson


@dataclass(frozen=True)
class Ask:
    """A requirement with its curriculum's audience and rule, read once for everybody."""

    required: Required
    audience: Audience
    due: DueRule


@dataclass(frozen=True)
class Scope:
    """A path as it is, or as it would be, among all that is asked for the courses it touches.

    `moved` are its courses whose due dates are calculated anew.
    """

    curriculum_id: UUID
    audience: Audience | None
    asks: tuple[Ask, ...]
    sizes: dict[UUID, int]
    courses: dict[UUID, Course]
    moved: frozenset[UUID]


def scope_of(
    session: Session, curriculum: Curriculum, content: PathContent | None, moved: frozenset[UUID]
) -> Scope:
    """Return the scope of a path that says `content` (None: it asks nothing any more)."""
    others = [
        one
        for one in list_requirements(session, status=CurriculumStatus.ACTIVE)
        if one.curriculum.id != curriculum.id
    ]
    present = list_requirements(session, curriculum_id=curriculum.id)
    # What a revision took out is still open for somebody, until a pass has been over them.
    ever = select(Requirement.course_id).where(Requirement.curriculum_id == curriculum.id)
    touched = set(session.scalars(ever))
    if content is not None:
        touched |= {course for item in content.items for course in item.courses}
    others = _touching(others, touched)
    courses = courses_by_id(session, touched | {one.course.id for one in others})
    own = _as_required(curriculum, content, present, courses) if content is not None else []
    required = sorted([*others, *own], key=lambda one: (one.curriculum.code, one.group.position))
    audiences = {one.curriculum.id: (one.curriculum.audience, one.curriculum.due) for one in others}
    if content is not None:
        audiences[curriculum.id] = (content.audience, content.due)
    return Scope(
        curriculum.id,
        content.audience if content is not None else None,
        tuple(Ask(one, *audiences[one.curriculum.id]) for one in required),
        dict(sizes_of(required)),
        courses,
        moved,
    )


def next_people(
    session: Session, scope: Scope, after: UUID | None, today: date, limit: int
) -> Sequence[Row[Any]]:
    """Return the next people whom the path asks, or asked, for anything; columns, no objects."""
    table = DirectoryPerson.__table__
    statement = (
        select(*table.columns)
        .where(_concerned(scope), _is_here(today))
        .order_by(DirectoryPerson.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(DirectoryPerson.id > after)
    return session.execute(statement).all()


def count_people(session: Session, scope: Scope, today: date) -> int:
    """Return how many people a pass over the scope looks at."""
    statement = select(func.count()).select_from(DirectoryPerson).where(_concerned(scope), _is_here(today))
    return session.scalar(statement) or 0


def plans_of(
    session: Session, scope: Scope, people: Sequence[Any], today: date
) -> Iterable[tuple[Any, PersonPlan]]:
    """Yield what the path does to each of these people, with two queries however many they are."""
    first, last = people[0].id, people[-1].id
    courses = list(scope.courses)
    audiences = list({one.required.curriculum.id: one.audience for one in scope.asks}.values())
    had = had_by(session, Assignment.person_id.between(first, last), courses)
    credited = credits_of(session, CourseCredit.person_id.between(first, last), courses)
    untouched: dict[object, PersonPlan] = {}
    for person in people:
        found, counted = had.get(person.id, ()), credited.get(person.id, ())
        if found or counted:
            wanted = wanted_by(scope, person, today)
            yield person, plan_person(scope.curriculum_id, scope.moved, wanted, found, counted, today)
            continue
        # Of whoever has had nothing yet only these days and the audiences decide: many people share a plan.
        selected = tuple(audience.selects(person) for audience in audiences)
        key = (max(person.hired_on, today), person.hired_on, person.position_since, selected)
        if key not in untouched:
            wanted = wanted_by(scope, person, today)
            untouched[key] = plan_person(scope.curriculum_id, scope.moved, wanted, (), (), today)
        yield person, untouched[key]


def wanted_by(scope: Scope, person: Any, today: date) -> list[Wanted]:
    """Return what is asked of one person within the scope, as of today."""
    joined_on = max(person.hired_on, today)
    selected: dict[UUID, bool] = {}
    wanted = []
    for one in scope.asks:
        path = one.required.curriculum.id
        if path not in selected:
            selected[path] = one.audience.selects(person)
        if selected[path]:
            wanted.append(as_wanted(one.required, person, joined_on, one.due, scope.sizes))
    return wanted


def get_proposal(session: Session, curriculum_id: UUID, proposal_id: UUID) -> CurriculumProposal:
    """Return a proposal for the path; raise NotFound."""
    found: CurriculumProposal | None = session.scalar(
        select(CurriculumProposal).where(
            CurriculumProposal.id == proposal_id, CurriculumProposal.curriculum_id == curriculum_id
        )
    )
    if found is None:
        raise NotFound(N_("There is no such proposal"))
    return found


def list_changes(
    session: Session, proposal_id: UUID, *, kind: ChangeKind | None = None, offset: int = 0, limit: int = 50
) -> Sequence[Any]:
    """Return some of a proposal's changes with the people they are about, by name and employee number."""
    statement = (
        select(
            DirectoryPerson.name,
            DirectoryPerson.employee_no,
            ProposalChange.person_id,
            ProposalChange.course_id,
            ProposalChange.kind,
            ProposalChange.due_before,
            ProposalChange.due_after,
        )
        .join(DirectoryPerson, DirectoryPerson.id == ProposalChange.person_id)
        .where(ProposalChange.proposal_id == proposal_id)
        .order_by(DirectoryPerson.name, DirectoryPerson.employee_no, ProposalChange.course_id)
        .offset(offset)
        .limit(limit)
    )
    if kind is not None:
        statement = statement.where(ProposalChange.kind == kind)
    return session.execute(statement).all()


def _concerned(scope: Scope) -> ColumnElement[bool]:
    has_open = exists().where(
        Assignment.person_id == DirectoryPerson.id,
        Assignment.curriculum_id == scope.curriculum_id,
        Assignment.status.in_(OPEN),
    )
    return has_open if scope.audience is None else or_(scope.audience.where(), has_open)


def _is_here(today: date) -> ColumnElement[bool]:
    return or_(DirectoryPerson.left_on.is_(None), and_(DirectoryPerson.left_on >= today))


def _touching(others: Sequence[Required], touched: set[UUID]) -> list[Required]:
    """Return the requirements of other paths for these courses, with all that can be chosen in their stead."""
    groups = {one.group.id for one in others if one.course.id in touched}
    return [one for one in others if one.group.id in groups]


def _as_required(
    curriculum: Curriculum, content: PathContent, present: Sequence[Required], courses: dict[UUID, Course]
) -> list[Required]:
    """Return the requirements that a content would have: those there are, and new ones under ids of their own."""
    known = {one.course.id: one.requirement for one in present}
    groups = {one.group.position: one.group.id for one in present}
    since = Curriculum(id=curriculum.id, code=curriculum.code, active_from=curriculum.active_from)
    found = []
    for position, item in enumerate(content.items, start=1):
        group = RequirementGroup(
            id=groups.get(position) or uuid5(curriculum.id, f"step {position}"),
            curriculum_id=curriculum.id, position=position, need=item.need, extra_days=item.extra_days,
        )  # fmt: skip
        for place, course_id in enumerate(item.courses, start=1):
            row = known.get(course_id) or Requirement(
                id=uuid5(curriculum.id, str(course_id)), curriculum_id=curriculum.id, course_id=course_id,
                group_id=group.id, position=place,
            )  # fmt: skip
            found.append(Required(row, since, courses[course_id], group))
    return found
