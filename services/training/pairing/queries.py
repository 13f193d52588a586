"""Reading what pairing is decided on: who could be a mentor, their load, and who has none."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN as OPEN_ASSIGNMENTS
from services.training.courses.queries import list_with_part
from services.training.mentoring.models import Mentorship
from services.training.mentoring.rules import OPEN, EndReason, MentorshipStatus
from services.training.pairing.models import MentorLimit
from services.training.pairing.rules import LADDER, MOST_MENTEES, Person, Ranked, rank
from services.training.parts.rules import PartKind
from shared.directory import DirectoryPerson
from shared.directory.models import unbarred

# So many are looked at closely, those who share most with the mentee first.
_LOOKED_AT = 200
# Who joined so recently and has no mentor is shown to their manager.
NEW_FOR = timedelta(days=120)
HANDED_ON = (EndReason.MENTOR_LEFT, EndReason.MENTOR_CHANGED)


def list_candidates(
    session: Session, mentee: DirectoryPerson, today: date, *, limit: int = 10
) -> list[Ranked]:
    """Return the best possible mentors for somebody, with reasons."""
    lines = [
        DirectoryPerson.product_lines.contains(f"|{code}|", autoescape=True)
        for code in unbarred(mentee.product_lines)
    ]
    shares_line = or_(*lines) if lines else false()
    same_region = DirectoryPerson.region == mentee.region
    load = _load().subquery()
    nearest = (
        select(DirectoryPerson)
        .outerjoin(load, load.c.mentor_id == DirectoryPerson.id)
        .where(
            is_here(today),
            DirectoryPerson.id != mentee.id,
            DirectoryPerson.position.in_(_no_lower(mentee.position)),
            or_(shares_line, same_region),
        )
        .order_by(
            case((shares_line, 0), else_=1),
            case((same_region, 0), else_=1),
            case((DirectoryPerson.position != mentee.position, 0), else_=1),
            func.coalesce(load.c.load, 0),
            DirectoryPerson.hired_on,
            DirectoryPerson.id,
        )
        .limit(_LOOKED_AT)
    )
    people = list(session.scalars(nearest))
    facts = as_facts(session, [mentee, *people])
    return rank(facts[0], facts[1:], today)[:limit]


def people_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, DirectoryPerson]:
    """Return people by their ids, in one query."""
    found = session.scalars(select(DirectoryPerson).where(DirectoryPerson.id.in_(list(ids))))
    return {one.id: one for one in found}


def as_facts(session: Session, people: Sequence[DirectoryPerson]) -> list[Person]:
    """Return what the rules need to know about people, in their order (two queries)."""
    ids = [one.id for one in people]
    loads = {row.mentor_id: row.load for row in session.execute(_load(ids))}
    limits = limits_of(session, ids)
    return [
        Person(
            one.id,
            one.position,
            one.region,
            frozenset(unbarred(one.product_lines)),
            one.hired_on,
            one.manager_id,
            loads.get(one.id, 0),
            limits.get(one.id, MOST_MENTEES),
        )
        for one in people
    ]


def limits_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the limits of those for whom one was set."""
    found = session.scalars(select(MentorLimit).where(MentorLimit.person_id.in_(list(person_ids))))
    return {one.person_id: one.most for one in found}


def find_limit(session: Session, person_id: UUID) -> MentorLimit | None:
    """Return the limit set for somebody, or None."""
    found: MentorLimit | None = session.scalar(select(MentorLimit).where(MentorLimit.person_id == person_id))
    return found


def find_handed_on(session: Session, mentee_id: UUID) -> Mentorship | None:
    """Return the mentorship that a next mentor would take over: the mentee's last one, if its mentor is gone."""
    last: Mentorship | None = session.scalar(
        select(Mentorship)
        .where(
            Mentorship.mentee_id == mentee_id,
            # What was proposed and declined never was under way.
            or_(Mentorship.end_reason.is_(None), Mentorship.end_reason != EndReason.DECLINED),
        )
        .order_by(Mentorship.proposed_at.desc(), Mentorship.id.desc())
        .limit(1)
    )
    return last if last is not None and last.end_reason in HANDED_ON else None


def list_without_mentor(
    session: Session, team: ColumnElement[bool], today: date, *, limit: int = 50
) -> list[DirectoryPerson]:
    """Return those in the team who need a mentor, the newest first.

    They have none, and joined lately, or theirs is gone, or something is asked of them that is learned with one.
    """
    open_one = exists().where(Mentorship.mentee_id == DirectoryPerson.id, Mentorship.status.in_(OPEN))
    done = exists().where(
        Mentorship.mentee_id == DirectoryPerson.id, Mentorship.status == MentorshipStatus.COMPLETED
    )
    asked = exists().where(Assignment.person_id == DirectoryPerson.id, lacks_mentor(session))
    lost = exists().where(Mentorship.mentee_id == DirectoryPerson.id, Mentorship.end_reason.in_(HANDED_ON))
    statement = (
        select(DirectoryPerson)
        .where(
            team,
            is_here(today),
            DirectoryPerson.position.in_([one.value for one in LADDER]),
            ~open_one,
            or_(asked, and_(~done, or_(lost, DirectoryPerson.hired_on > today - NEW_FOR))),
        )
        .order_by(DirectoryPerson.hired_on.desc(), DirectoryPerson.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def lacks_mentor(session: Session) -> ColumnElement[bool]:
    """Return the condition on an assignment that it is open and takes a mentor whom the person does not have.

    A mentorship that is proposed waits for the manager already, and one that was signed off for the course is done.
    """
    courses = [one.id for one in list_with_part(session, PartKind.CHECKLIST)]
    of_course = and_(
        Mentorship.status == MentorshipStatus.COMPLETED, Mentorship.course_id == Assignment.course_id
    )
    mentored = exists().where(
        Mentorship.mentee_id == Assignment.person_id, or_(Mentorship.status.in_(OPEN), of_course)
    )
    return and_(
        Assignment.course_id.in_(courses),
        Assignment.status.in_(OPEN_ASSIGNMENTS),
        Assignment.released_at.is_(None),
        ~mentored,
    )


def list_leavers(
    session: Session, today: date, *, person_ids: Collection[UUID] | None = None, limit: int = 500
) -> list[tuple[Mentorship, bool]]:
    """Return open mentorships of which one of the two was no longer here today, and whether it is the mentee."""
    gone = and_(
        DirectoryPerson.left_on.is_not(None),
        DirectoryPerson.left_on < today,
        or_(DirectoryPerson.id == Mentorship.mentee_id, DirectoryPerson.id == Mentorship.mentor_id),
    )
    statement = (
        select(Mentorship, DirectoryPerson.id)
        .join(DirectoryPerson, gone)
        .where(Mentorship.status.in_(OPEN))
        .order_by(Mentorship.id)
        .limit(limit)
    )
    if person_ids is not None:
        statement = statement.where(DirectoryPerson.id.in_(list(person_ids)))
    found: dict[UUID, tuple[Mentorship, bool]] = {}
    for mentorship, person_id in session.execute(statement):
        mentee = person_id == mentorship.mentee_id or found.get(mentorship.id, (None, False))[1]
        found[mentorship.id] = (mentorship, mentee)
    return list(found.values())


def count_statuses(session: Session, condition: ColumnElement[bool]) -> dict[MentorshipStatus, int]:
    """Return how many mentorships there are in each status."""
    statement = select(Mentorship.status, func.count()).where(condition).group_by(Mentorship.status)
    return {row[0]: row[1] for row in session.execute(statement)}


def is_here(today: date) -> ColumnElement[bool]:
    """Return the condition that somebody is on the roster."""
    return and_(
        DirectoryPerson.hired_on <= today,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= today),
    )


def _no_lower(position: str) -> list[str]:
    codes = [one.value for one in LADDER]
    return codes[codes.index(position) :] if position in codes else codes


def _load(mentor_ids: Collection[UUID] | None = None) -> Select[UUID, int]:
    statement = (
        select(Mentorship.mentor_id, func.count().label("load"))
        .where(Mentorship.status.in_(OPEN))
        .group_by(Mentorship.mentor_id)
    )
    return statement if mentor_ids is None else statement.where(Mentorship.mentor_id.in_(list(mentor_ids)))
