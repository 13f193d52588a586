"""Finding out what a file of mentorships names: as many queries for a long file as for a short one."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from services.training.mentoring.models import Mentorship
from services.training.mentoring.queries import list_plans
from services.training.mentoring.rules import OPEN, EndReason
from services.training.pairfiles.rules import Known, Plan
from services.training.pairing.queries import HANDED_ON, as_facts, is_here
from services.training.pairing.rules import Person
from shared.directory import DirectoryPerson


def known_of_file(
    session: Session,
    mentees: Collection[str],
    mentors: Collection[str],
    team: ColumnElement[bool],
    today: date,
) -> Known:
    """Return what is known of those whom a file names by employee number; `team`: whom the reader may pair."""
    names: dict[UUID, str] = {}
    found_mentees = _people(session, mentees, team, today, names)
    found_mentors = _people(session, mentors, true(), today, names)
    running: dict[UUID, UUID] = {}
    last: dict[UUID, EndReason | None] = {}
    ids = [one.id for one in found_mentees.values()]
    past = select(Mentorship).where(Mentorship.mentee_id.in_(ids))
    for one in session.scalars(past.order_by(Mentorship.proposed_at, Mentorship.id)):
        if one.status in OPEN:
            running[one.mentee_id] = one.mentor_id
        elif one.end_reason is not EndReason.DECLINED:  # What was declined never was under way.
            last[one.mentee_id] = one.end_reason
    plans = {one.code.casefold(): Plan(one.id, one.title, one.plan) for one in list_plans(session)}
    handed_on = frozenset(one for one, reason in last.items() if reason in HANDED_ON)
    return Known(found_mentees, found_mentors, names, plans, running, handed_on)


def lock_people(session: Session, numbers: Collection[str]) -> None:
    """Hold the rows of the mentors, in one order, so that two files at once do not both take the last place."""
    mentors = select(DirectoryPerson.id).where(DirectoryPerson.employee_no.in_(numbers))
    session.execute(mentors.order_by(DirectoryPerson.id).with_for_update())


def _people(
    session: Session,
    numbers: Collection[str],
    condition: ColumnElement[bool],
    today: date,
    names: dict[UUID, str],
) -> dict[str, Person]:
    statement = select(DirectoryPerson).where(
        DirectoryPerson.employee_no.in_(numbers), condition, is_here(today)
    )
    people = list(session.scalars(statement))
    names.update({one.id: one.name for one in people})
    facts = as_facts(session, people)
    return {one.employee_no: fact for one, fact in zip(people, facts, strict=True)}
