"""Reading career steps, requests, and what is known of people: a team in as many queries as one person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.careers.models import CareerSignOff, CareerStep, PromotionRequest
from services.training.careers.rules import (
    MOST_DAYS,
    PENDING,
    Facts,
    Held,
    Readiness,
    RequestStatus,
    Signed,
    assess,
)
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import courses_by_id
from services.training.courses.rules import VersionStatus
from services.training.mentoring.models import Mentorship
from services.training.mentoring.rules import MentorshipStatus
from services.training.standing.rules import lapse_intervals, overdue_intervals
from shared.core.errors import NotFound
from shared.core.intervals import Interval
from shared.core.text import N_
from shared.core.zones import local_date, start_of_day
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson
from shared.messages.people import Position


@dataclass(frozen=True)
class Way:
    """A step with how somebody stands with it."""

    step: CareerStep
    readiness: Readiness


@dataclass(frozen=True)
class Candidate:
    """Somebody with every step that leads on from their position, the nearest first."""

    person: DirectoryPerson
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class RequestDetail:
    """A request with whom and what it is about."""

    request: PromotionRequest
    step: CareerStep
    person: DirectoryPerson


def list_steps(session: Session, *, source: Position | None = None) -> list[CareerStep]:
    """Return the steps that can be taken, up the ladder first: a company has a dozen."""
    statement = select(CareerStep).where(CareerStep.ended_at.is_(None))
    if source is not None:
        statement = statement.where(CareerStep.source == source)
    order = list(Position)
    found = session.scalars(statement)
    return sorted(found, key=lambda one: (order.index(one.source), order.index(one.target)))


def get_step(session: Session, step_id: UUID) -> CareerStep:
    """Return the step, ended or not; raise NotFound."""
    found = session.get(CareerStep, step_id)
    if found is None:
        raise NotFound(N_("There is no such career step"))
    return found


def find_step(session: Session, source: Position, target: Position) -> CareerStep | None:
    """Return the step between two positions that can be taken now, or None."""
    return session.scalar(
        select(CareerStep).where(
            CareerStep.source == source, CareerStep.target == target, CareerStep.ended_at.is_(None)
        )
    )


def list_candidates(session: Session, people: Sequence[DirectoryPerson], now: datetime) -> list[Candidate]:
    """Return these people with the steps open to each and how they stand: five queries, however many they are."""
    steps = list_steps(session)
    facts = _facts_of(session, people, now)
    today = local_date(now)
    found = []
    for person in people:
        known = facts[person.id]
        ways = [
            Way(one, assess(one.criteria, known.towards(one.id), today))
            for one in steps
            if one.source == person.position
        ]
        ways.sort(key=lambda way: way.readiness.missing)
        found.append(Candidate(person, tuple(ways)))
    return found


def facts_for(session: Session, person: DirectoryPerson, step_id: UUID, now: datetime) -> Facts:
    """Return what is known of one person, as it bears on a step."""
    return _facts_of(session, [person], now)[person.id].towards(step_id)


def list_team(
    session: Session,
    team: ColumnElement[bool],
    today: date,
    *,
    position: Position | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DirectoryPerson]:
    """Return one page of those of a team who are on the roster, by employee number."""
    statement = select(DirectoryPerson).where(
        team,
        DirectoryPerson.hired_on <= today,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= today),
    )
    if position is not None:
        statement = statement.where(DirectoryPerson.position == position)
    keys = [DirectoryPerson.employee_no, DirectoryPerson.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit)


def get_request(session: Session, request_id: UUID, visible: ColumnElement[bool]) -> RequestDetail:
    """Return the request with its step and person; raise NotFound when there is none for the asker."""
    found = session.execute(
        select(PromotionRequest, CareerStep, DirectoryPerson)
        .join(CareerStep, CareerStep.id == PromotionRequest.step_id)
        .join(DirectoryPerson, DirectoryPerson.id == PromotionRequest.person_id)
        .where(PromotionRequest.id == request_id, visible)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such request"))
    return RequestDetail(*found)


def list_requests(
    session: Session,
    visible: ColumnElement[bool],
    *,
    status: RequestStatus | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[PromotionRequest]:
    """Return one page of requests, the latest first."""
    statement = select(PromotionRequest).where(visible)
    if status is not None:
        statement = statement.where(PromotionRequest.status == status)
    keys = [PromotionRequest.created_at, PromotionRequest.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit, descending=True)


def find_pending(session: Session, person_id: UUID, step_id: UUID) -> PromotionRequest | None:
    """Return the request about this step that is not decided, or None."""
    return session.scalar(
        select(PromotionRequest).where(
            PromotionRequest.person_id == person_id,
            PromotionRequest.step_id == step_id,
            PromotionRequest.status.in_(PENDING),
        )
    )


def find_sign_off(session: Session, person_id: UUID, step_id: UUID) -> CareerSignOff | None:
    """Return what was signed off and not taken back, or None."""
    return session.scalar(
        select(CareerSignOff).where(
            CareerSignOff.person_id == person_id,
            CareerSignOff.step_id == step_id,
            CareerSignOff.withdrawn_at.is_(None),
        )
    )


def steps_by_id(session: Session, ids: Iterable[UUID]) -> dict[UUID, CareerStep]:
    """Return steps by their ids, in one query."""
    return {one.id: one for one in session.scalars(select(CareerStep).where(CareerStep.id.in_(set(ids))))}


def list_certifying(session: Session) -> list[Course]:
    """Return the courses whose published version gives a certificate, by code."""
    statement = (
        select(Course)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.status == VersionStatus.PUBLISHED, CourseVersion.certifies)
        .order_by(Course.code)
    )
    return list(session.scalars(statement))


@dataclass
class _Known:
    """What is known of one person, before a step is chosen."""

    since: date
    certificates: dict[UUID, Held]
    impeded: list[Interval]
    signed: dict[UUID, Signed]
    mentored: Signed | None = None

    def towards(self, step_id: UUID) -> Facts:
        signed = self.signed.get(step_id)
        return Facts(self.since, self.certificates, self.impeded, signed, self.mentored)


def _facts_of(session: Session, people: Sequence[DirectoryPerson], now: datetime) -> dict[UUID, _Known]:
    found = {one.id: _Known(one.position_since, {}, [], {}) for one in people}
    ids = list(found)
    if not ids:
        return found
    today = local_date(now)
    for certificate in session.scalars(select(Certificate).where(Certificate.person_id.in_(ids))):
        _add_certificate(found[certificate.person_id], certificate, today)
    late = select(Assignment).where(
        Assignment.person_id.in_(ids),
        Assignment.due_on < today,
        or_(
            Assignment.ended_at.is_(None),
            Assignment.ended_at >= start_of_day(today - timedelta(days=MOST_DAYS)),
        ),
    )
    for assignment in session.scalars(late):
        found[assignment.person_id].impeded += overdue_intervals(assignment.facts)
    given = select(CareerSignOff).where(
        CareerSignOff.person_id.in_(ids), CareerSignOff.withdrawn_at.is_(None)
    )
    for one in session.scalars(given):
        signed = Signed(one.signed_by, one.signed_at, one.last_event_id)
        found[one.person_id].signed[one.step_id] = signed
    _add_mentoring(session, found)
    return found


def _add_mentoring(session: Session, found: dict[UUID, _Known]) -> None:
    """Note the last mentorship of each that was signed off by both."""
    done = select(Mentorship).where(
        Mentorship.mentee_id.in_(list(found)), Mentorship.status == MentorshipStatus.COMPLETED
    )
    for one in session.scalars(done.order_by(Mentorship.ended_at, Mentorship.id)):
        assert one.ended_at is not None
        found[one.mentee_id].mentored = Signed(one.mentor_signed_by, one.ended_at, one.last_event_id)


def _add_certificate(known: _Known, certificate: Certificate, today: date) -> None:
    if certificate.valid_until is not None or certificate.revoked_at is not None:
        known.impeded += lapse_intervals(certificate.facts)
    counts = certificate.valid_until is None or certificate.valid_until >= today
    if certificate.status is CertificateStatus.ISSUED and counts:
        held = Held(certificate.number, certificate.valid_until, certificate.last_event_id)
        known.certificates[certificate.course_id] = held


def courses_of(session: Session, steps: Sequence[CareerStep]) -> dict[UUID, Course]:
    """Return the courses that steps ask for, in one query."""
    return courses_by_id(session, [one for step in steps for one in step.criteria.courses])
