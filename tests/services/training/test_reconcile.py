"""Which assignments somebody should have: choices, credits, order; and that a plan carried out is done."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.assignments.rules import OPEN, AssignmentStatus, Had, Wanted
from services.training.certifications.rules import DueKind, DueRule
from services.training.curricula.rules import Item, Opens, check_content
from services.training.curricula.rules import PathContent as Content
from services.training.enrolment.rules import Plan, reconcile, unmet_before
from services.training.standing.rules import AssignmentFacts, choice_facts, overdue_intervals
from services.training.waivers.rules import Credit
from shared.core.errors import InvalidInput
from shared.core.ids import new_id
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, start_of_day
from shared.directory import Audience
from tests.services.training.factories import AFTER_30, YEARLY, day

A = AssignmentStatus
TODAY = day("2026-09-21")
SPACE = new_id()
COURSES = [uuid5(SPACE, str(number)) for number in range(5)]
PATH = new_id()
AGAIN = DueRule(DueKind.AFTER_JOINING, 30, every_months=12, window_days=60)


def ask(course: int, group: str = "", need: int = 1, due: DueRule = AFTER_30) -> Wanted:
    """Return a requirement, of a choice when a group is named."""
    group_id = uuid5(SPACE, group) if group else None
    return Wanted(
        uuid5(SPACE, f"{group}{course}"), PATH, COURSES[course], due, 0, TODAY, TODAY, TODAY, group_id, need
    )


def had(course: int, status: AssignmentStatus, ended: str = "", until: str = "", **more: object) -> Had:
    """Return something somebody had."""
    one = Had(
        new_id(), COURSES[course], status, day(ended) if ended else None, day(until) if until else None,
        due_on=day("2026-10-21"), opened_on=TODAY,
    )  # fmt: skip
    return replace(one, **more)


def apply(plan: Plan, before: list[Had]) -> list[Had]:
    """Return what somebody has after a plan was carried out."""
    choices = dict(plan.choices)
    groups = dict(plan.regroup)

    def choice(group: UUID | None) -> UUID | None:
        return None if group is None else choices.setdefault(group, new_id())

    kept = [
        replace(one, choice_id=choice(groups[one.assignment_id])) if one.assignment_id in groups else one
        for one in before
        if one.assignment_id not in plan.cancel
    ]
    made = [
        Had(
            new_id(), one.course_id, A.ASSIGNED, opened_on=due.opens_on, due_on=due.due_on,
            choice_id=choice(one.group_id),
        )
        for one, due in plan.make
    ]  # fmt: skip
    return kept + made


def nothing(plan: Plan) -> bool:
    """Say whether a plan changes nothing."""
    return plan.changes == 0


def made(plan: Plan) -> set[int]:
    """Return which courses a plan asks for."""
    return {COURSES.index(one.wanted.course_id) for one in plan.make}


ANY = [ask(0, "any"), ask(1, "any"), ask(2, "any")]
TWO = [ask(0, "two", 2), ask(1, "two", 2), ask(2, "two", 2)]


def test_every_course_of_a_choice_is_asked_with_one_due_date_until_enough_are_done() -> None:
    plan = reconcile(TWO, [], TODAY)
    assert made(plan) == {0, 1, 2}
    assert len({one.due for one in plan.make}) == 1
    offered = apply(plan, [])
    assert len({one.choice_id for one in offered}) == 1
    first = [replace(offered[0], status=A.COMPLETED, ended_on=TODAY), *offered[1:]]
    assert nothing(reconcile(TWO, first, TODAY))
    second = [*first[:1], replace(first[1], status=A.COMPLETED, ended_on=TODAY), first[2]]
    enough = reconcile(TWO, second, TODAY)
    assert enough.cancel == (second[2].assignment_id,)
    assert enough.spare == {second[2].assignment_id}
    assert enough.make == ()


def test_a_choice_that_recurs_is_offered_whole_again_for_when_fewer_than_enough_will_count() -> None:
    again = [replace(one, due=AGAIN) for one in TWO]
    done = [
        had(0, A.COMPLETED, "2026-09-01", "2027-09-01"),
        had(1, A.COMPLETED, "2026-06-01", "2027-06-01"),
    ]
    plan = reconcile(again, done, TODAY)
    assert made(plan) == {1, 2}, "what counts beyond that day is not asked"
    assert {one.due.due_on for one in plan.make} == {day("2027-06-01")}
    assert nothing(reconcile(again, apply(plan, done), TODAY))


def test_what_another_path_asks_for_itself_counts_for_a_choice_and_is_not_offered_twice() -> None:
    wanted = [ask(0), *ANY]
    plan = reconcile(wanted, [], TODAY)
    assert [one.wanted.group_id is None for one in plan.make if one.wanted.course_id == COURSES[0]] == [True]
    after = [
        replace(one, status=A.COMPLETED, ended_on=TODAY) if one.course_id == COURSES[0] else one
        for one in apply(plan, [])
    ]
    assert len(reconcile(wanted, after, TODAY).spare) == 2


def test_an_alternative_that_is_added_joins_the_choice_that_is_open() -> None:
    offered = apply(reconcile(ANY[:2], [], TODAY), [])
    plan = reconcile(ANY, offered, TODAY + timedelta(days=5))
    assert made(plan) == {2}
    assert plan.make[0].due.due_on == offered[0].due_on
    assert plan.choices == {ANY[0].group_id: offered[0].choice_id}


def test_exempt_from_one_of_a_choice_counts_as_done() -> None:
    assert nothing(reconcile(ANY, [had(1, A.EXEMPTED, "2026-09-01")], TODAY))


def test_a_credited_course_is_not_asked_and_is_due_on_the_last_day_that_the_credit_counts() -> None:
    credit = Credit(COURSES[0], day("2026-09-01"), day("2027-03-01"))
    plan = reconcile([ask(0)], [], TODAY, [credit])
    assert [one.due.due_on for one in plan.make] == [day("2027-03-01")]
    assert nothing(reconcile([ask(0)], apply(plan, []), TODAY, [credit]))
    assert nothing(reconcile([ask(0)], [], TODAY, [replace(credit, until=None)]))


def test_a_credit_makes_what_is_open_unnecessary() -> None:
    found = had(0, A.ASSIGNED)
    plan = reconcile([ask(0)], [found], TODAY, [Credit(COURSES[0], TODAY, None)])
    assert plan.cancel == (found.assignment_id,)
    assert plan.spare == {found.assignment_id}


def test_after_an_exemption_ends_it_is_asked_as_of_somebody_who_joins_the_day_after() -> None:
    credit = Credit(COURSES[0], TODAY, day("2026-12-31"), exempt=True)
    ((_, due),) = reconcile([ask(0)], [], TODAY, [credit]).make
    assert (due.opens_on, due.due_on) == (day("2027-01-01"), day("2027-01-31"))


def test_a_credit_that_ran_out_leaves_as_many_days_as_a_newcomer_has() -> None:
    credit = Credit(COURSES[0], day("2025-01-01"), day("2026-09-01"))
    ((_, due),) = reconcile([ask(0)], [], TODAY, [credit]).make
    assert due.due_on == day("2026-10-21")


def test_what_was_asked_by_hand_stays_whatever_audiences_ask() -> None:
    assert nothing(reconcile([], [had(0, A.ASSIGNED, by_hand=True)], TODAY))


@st.composite
def affairs(draw: st.DrawFn) -> tuple[list[Wanted], list[Had], list[Credit]]:
    """Return what is asked of somebody, what they had, and what they are credited with."""
    rule = draw(st.sampled_from([AFTER_30, YEARLY, AGAIN]))
    wanted = [ask(draw(st.integers(0, 4)), due=rule) for _ in range(draw(st.integers(0, 2)))]
    for name in ("x", "y")[: draw(st.integers(0, 2))]:
        members = draw(st.sets(st.integers(0, 4), min_size=2, max_size=4))
        need = draw(st.integers(1, len(members) - 1))
        wanted += [ask(one, name, need, rule) for one in sorted(members)]
    days = st.dates(date(2025, 1, 1), TODAY)
    found = []
    for course in range(5):
        if draw(st.booleans()):
            done_on = draw(days)
            until = draw(st.one_of(st.none(), st.just(done_on + timedelta(days=365))))
            found.append(replace(had(course, A.COMPLETED), ended_on=done_on, valid_until=until))
        state = draw(st.sampled_from([None, None, A.ASSIGNED, A.IN_PROGRESS, A.EXEMPTED]))
        if state is not None:
            choice = draw(st.sampled_from([None, uuid5(SPACE, "choice")])) if state in OPEN else None
            due_on = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
            found.append(had(course, state, due_on=due_on, choice_id=choice))
    credits_ = [
        Credit(
            COURSES[draw(st.integers(0, 4))], draw(days),
            draw(st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2028, 1, 1)))), draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    return wanted, found, credits_


@given(affairs())
def test_a_plan_that_was_carried_out_leaves_nothing_to_do_whatever_there_was(
    given_: tuple[list[Wanted], list[Had], list[Credit]],
) -> None:
    wanted, before, credited = given_
    plan = reconcile(wanted, before, TODAY, credited)
    after = apply(plan, before)
    again = reconcile(wanted, after, TODAY, credited)
    assert nothing(again), (plan, again)
    open_courses = [one.course_id for one in after if one.status in OPEN]
    assert len(set(open_courses)) == len(open_courses)


@given(affairs(), st.randoms())
def test_in_which_order_things_are_told_changes_nothing(
    given_: tuple[list[Wanted], list[Had], list[Credit]], chance: object
) -> None:
    wanted, before, credited = given_
    groups: dict[object, list[Wanted]] = {}
    for one in wanted:
        groups.setdefault(one.group_id or one.course_id, []).append(one)
    shuffled = [one for key in sorted(groups, key=str) for one in groups[key]]
    plans = [
        reconcile(wanted, list(reversed(before)), TODAY, list(reversed(credited))),
        reconcile(shuffled, before, TODAY, credited),
    ]
    courses = [{one.wanted.course_id for one in plan.make} for plan in plans]
    assert courses[0] == courses[1]
    assert set(plans[0].cancel) == set(plans[1].cancel)


def item(*courses: int, need: int = 1, opens: Opens = Opens.AT_ONCE, after: tuple[int, ...] = ()) -> Item:
    """Return a step."""
    return Item(tuple(COURSES[one] for one in courses), need, 0, opens, after)


def test_a_step_opens_when_what_comes_before_it_is_met_and_a_choice_is_met_by_enough_of_it() -> None:
    items = (
        item(0),
        item(1, 2),
        item(3, opens=Opens.AFTER_BEFORE),
        item(4, opens=Opens.AFTER_NAMED, after=(2,)),
    )
    assert unmet_before(items, COURSES[1], set()) == ()
    assert unmet_before(items, COURSES[3], set()) == (items[0], items[1])
    assert unmet_before(items, COURSES[3], {COURSES[0], COURSES[2]}) == ()
    assert unmet_before(items, COURSES[4], {COURSES[0]}) == (items[1],)
    assert unmet_before(items, COURSES[4], {COURSES[1]}) == ()


@pytest.mark.parametrize(
    "items",
    [
        (),
        (Item(()),),
        (item(0), item(0)),
        (item(0, 1, need=3),),
        (item(0, need=0),),
        (item(0, opens=Opens.AFTER_NAMED, after=(1,)),),
        (item(0), item(1, opens=Opens.AFTER_NAMED, after=(2,))),
        (item(0), item(1, opens=Opens.AFTER_NAMED)),
        (item(0), item(1, after=(1,))),
        (Item((COURSES[0],), extra_days=-1),),
    ],
)
def test_steps_that_make_no_path_are_refused(items: tuple[Item, ...]) -> None:
    with pytest.raises(InvalidInput):
        check_content(Content(LocalizedText("路径", "Path"), Audience(), AFTER_30, items))


def test_a_path_survives_being_kept() -> None:
    items = (item(0), item(1, 2, need=2), item(3, opens=Opens.AFTER_NAMED, after=(1, 2)))
    audience = Audience(positions=("rep",), hired_from=day("2026-01-01"))
    content = Content(LocalizedText("路径", "Path"), audience, YEARLY, items)
    check_content(content)
    assert Content.from_json(content.to_json()) == content


def test_a_choice_impedes_once_from_the_latest_day_given_until_the_last_of_it_is_closed() -> None:
    first, second = day("2026-09-01"), day("2026-09-10")
    done = start_of_day(day("2026-09-15"))
    open_ones = [AssignmentFacts(first), AssignmentFacts(second)]
    for order in permutations(open_ones):
        (interval,) = overdue_intervals(choice_facts(order))
        assert (interval.start, interval.end) == (end_of_day(second), None)
    closed = [replace(one, ended_at=done) for one in open_ones]
    (interval,) = overdue_intervals(choice_facts(closed))
    assert (interval.start, interval.end) == (end_of_day(second), done)
    assert choice_facts([closed[0], open_ones[1]]).ended_at is None


def test_grace_delays_what_stands_in_the_way_and_not_what_is_overdue() -> None:
    facts = AssignmentFacts(day("2026-09-01"), grace_days=14)
    (interval,) = overdue_intervals(facts)
    assert interval.start == end_of_day(day("2026-09-15"))
    in_grace = replace(facts, ended_at=start_of_day(day("2026-09-10")))
    assert overdue_intervals(in_grace) == []
