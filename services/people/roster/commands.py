"""Changing the roster. `hire_person`, `change_person`, `end_person` check and write; `record_*` only write.

The latter are for a caller who has checked the roster as a whole, such as an import.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from services.people.roster import queries, rules
from services.people.roster.models import Person, PositionAssignment
from services.people.roster.rules import Facts, Post
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date, start_of_day
from shared.db.uow import UnitOfWork
from shared.directory.models import barred
from shared.eventlog import append
from shared.messages.people import PersonChanged, PersonHired, PersonLeft

# Advisory lock number under which the roster is changed by one at a time on PostgreSQL.
_ROSTER_LOCK = 7_303_001
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """What becomes of somebody: None leaves a part as it is. `since` is the new assignment's first day."""

    facts: Facts | None = None
    post: Post | None = None
    since: date | None = None
    returns: bool = False


def lock_roster(uow: UnitOfWork) -> None:
    """Be the only one to change the roster until the unit of work ends.

    What must hold of the roster as a whole (no circle of managers; an import meets the roster that was
    previewed) cannot be kept by looking at single rows. SQLite has one writer anyway.
    """
    if not uow.database.is_sqlite:
        uow.session.execute(select(func.pg_advisory_xact_lock(_ROSTER_LOCK)))


def hire_person(
    uow: UnitOfWork,
    facts: Facts,
    post: Post,
    *,
    since: date | None = None,
    actor: Principal | str,
    now: datetime,
) -> Person:
    """Put somebody on the roster, in their first assignment from `since` (default: their hire date).

    Raises InvalidInput with the fields at fault, and Conflict for a number that is taken.
    """
    lock_roster(uow)
    today = local_date(now)
    since = since or facts.hired_on
    found = rules.problems_of(facts, post, today)
    wrong_start = rules.problem_of_start(since, hired_on=facts.hired_on, current=None, today=today)
    if wrong_start:
        found.setdefault("since", []).append(wrong_start)
    rules.refuse(found)
    _refuse_unknown_manager(uow, post)
    if queries.find_by_employee_no(uow.session, facts.employee_no) is not None:
        raise Conflict(N_("The employee number %(number)s is taken", number=facts.employee_no))
    person, _ = record_hire(uow, facts, post, since=since, actor=actor, now=now)
    return person


def change_person(
    uow: UnitOfWork, person_id: UUID, change: Change, *, actor: Principal | str, now: datetime
) -> Person:
    """Change somebody's details or move them to another assignment from `change.since` (default: today).

    Raises NotFound, InvalidInput with the fields at fault, and Conflict when they have left.
    """
    lock_roster(uow)
    today = local_date(now)
    person = queries.get_person(uow.session, person_id)
    facts, post = change.facts or facts_of(person), change.post or post_of(person)
    since = change.since or today
    found = rules.problems_of(facts, post, today)
    if post != post_of(person):
        if person.left_on is not None and person.left_on < since:
            raise Conflict(N_("They have left; their assignment cannot change"))
        wrong = rules.problem_of_start(
            since, hired_on=facts.hired_on, current=person.assigned_since, today=today
        )
        if wrong:
            found.setdefault("since", []).append(wrong)
    wrong_hire = rules.problem_of_hire_date(person.hired_on, facts.hired_on, person.assigned_since)
    if wrong_hire:
        found.setdefault("hired_on", []).append(wrong_hire)
    rules.refuse(found)
    _refuse_unknown_manager(uow, post)
    _refuse_circle(uow, person.id, post.manager)
    current = queries.find_last_assignment(uow.session, person.id)
    record_change(uow, person, current, Change(facts, post, since), actor=actor, now=now)
    return person


def end_person(
    uow: UnitOfWork, person_id: UUID, left_on: date, *, actor: Principal | str, now: datetime
) -> Person:
    """Note somebody's last day worked. Raises NotFound and InvalidInput."""
    lock_roster(uow)
    person = queries.get_person(uow.session, person_id)
    wrong = rules.problem_of_leaving(person.hired_on, left_on, local_date(now))
    if wrong:
        raise InvalidInput(wrong, fields={"left_on": [wrong]})
    record_leaving(
        uow, person, queries.find_last_assignment(uow.session, person.id), left_on, actor=actor, now=now
    )
    return person


def record_hire(
    uow: UnitOfWork,
    facts: Facts,
    post: Post,
    *,
    since: date,
    actor: Principal | str,
    now: datetime,
    person_id: UUID | None = None,
) -> tuple[Person, PositionAssignment]:
    """Write a new person with their first assignment and the event; return both rows."""
    person = Person(id=person_id or new_id(), left_on=None, position_since=since, assigned_since=since)
    _set_facts(person, facts)
    _set_post(person, post)
    assignment = _assignment(person, post, since)
    uow.session.add_all([person, assignment])
    append(
        uow, PersonHired(person.snapshot()), row=person, actor=actor, now=now,
        effective_at=start_of_day(facts.hired_on), person_id=person.id,
    )  # fmt: skip
    return person, assignment


def record_change(
    uow: UnitOfWork,
    person: Person,
    current: PositionAssignment | None,
    change: Change,
    *,
    actor: Principal | str,
    now: datetime,
) -> PositionAssignment | None:
    """Write what changes and the event; return the latest assignment (nothing is done when nothing changes).

    `current` is the latest assignment before: it is closed the day before `change.since`, and a new one is
    opened. A corrected hire date takes along an assignment that began on it.
    """
    facts, post = change.facts or facts_of(person), change.post or post_of(person)
    since = change.since or local_date(now)
    changed = [*rules.changed_fields(facts_of(person), facts), *rules.changed_fields(post_of(person), post)]
    moved = post != post_of(person) or change.returns
    if change.returns:
        changed.append("left_on")
    if not changed:
        return current
    if facts.hired_on != person.hired_on and current is not None and current.since == person.hired_on:
        _correct_start(person, current, facts.hired_on)
    _set_facts(person, facts)
    if moved:
        current = _move(uow, person, current, post, since, returns=change.returns)
    names = tuple("manager_id" if name == "manager" else name for name in changed)
    append(
        uow, PersonChanged(person.snapshot(), names), row=person, actor=actor, now=now,
        effective_at=start_of_day(since) if moved else now, person_id=person.id,
    )  # fmt: skip
    return current


def record_leaving(
    uow: UnitOfWork,
    person: Person,
    current: PositionAssignment | None,
    left_on: date,
    *,
    actor: Principal | str,
    now: datetime,
) -> None:
    """Write the last day worked, close the latest assignment on it, and append the event."""
    person.left_on = left_on
    if current is not None:
        current.until = left_on
    append(
        uow, PersonLeft(person.snapshot()), row=person, actor=actor, now=now,
        effective_at=start_of_day(left_on + ONE_DAY), person_id=person.id,
    )  # fmt: skip


def facts_of(person: Person) -> Facts:
    """Return what is true of them now, apart from the assignment."""
    snapshot = person.snapshot()
    return Facts(person.employee_no, person.name, person.hired_on, person.email, snapshot.tags)


def post_of(person: Person) -> Post:
    """Return their present assignment."""
    lines = person.snapshot().product_lines
    return Post(person.position, person.org_unit, person.region, lines, person.manager_id)


def _set_facts(person: Person, facts: Facts) -> None:
    person.employee_no = facts.employee_no
    person.name = facts.name
    person.name_key = rules.name_key(facts.name)
    person.email = facts.email
    person.hired_on = facts.hired_on
    person.tags = barred(rules.sorted_codes(facts.tags))


def _set_post(row: Person | PositionAssignment, post: Post) -> None:
    row.position = post.position
    row.org_unit = post.org_unit
    row.region = post.region
    row.product_lines = barred(rules.sorted_codes(post.product_lines))
    row.manager_id = post.manager


def _assignment(person: Person, post: Post, since: date) -> PositionAssignment:
    made = PositionAssignment(id=new_id(), person_id=person.id, since=since, until=None)
    _set_post(made, post)
    return made


def _correct_start(person: Person, current: PositionAssignment, hired_on: date) -> None:
    if person.position_since == person.hired_on:
        person.position_since = hired_on
    if person.assigned_since == person.hired_on:
        person.assigned_since = hired_on
    current.since = hired_on


def _move(
    uow: UnitOfWork,
    person: Person,
    current: PositionAssignment | None,
    post: Post,
    since: date,
    *,
    returns: bool,
) -> PositionAssignment:
    """Close the latest assignment and open the next; a leaving that had not come yet is simply taken back."""
    was_away = returns and person.left_on is not None and person.left_on < since
    if returns:
        person.left_on = None
    if returns and not was_away and post == post_of(person) and current is not None:
        current.until = None
        return current
    if current is not None and not was_away:
        current.until = since - ONE_DAY
    if was_away or post.position != person.position:
        person.position_since = since
    person.assigned_since = since
    _set_post(person, post)
    made = _assignment(person, post, since)
    made.until = person.left_on  # A last day that is known already ends the new assignment too.
    uow.session.add(made)
    return made


def _refuse_unknown_manager(uow: UnitOfWork, post: Post) -> None:
    if post.manager is not None and queries.find_person(uow.session, post.manager) is None:
        wrong = N_("The manager is not on the roster")
        raise InvalidInput(wrong, fields={"manager": [wrong]})


def _refuse_circle(uow: UnitOfWork, person_id: UUID, manager_id: UUID | None) -> None:
    above: Iterable[UUID] = () if manager_id is None else queries.list_chain_ids(uow.session, manager_id)
    if manager_id is not None and (manager_id == person_id or person_id in above):
        wrong = N_("They would report to themselves")
        raise InvalidInput(wrong, fields={"manager": [wrong]})
