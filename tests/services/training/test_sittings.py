"""Sitting an assessment: what is saved stays saved, what is graded is graded once, and the server keeps the time."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from services.training.analysis.models import QuestionMark
from services.training.analysis.queries import (
    common_texts,
    figures_of_questions,
    figures_of_revisions,
    figures_of_topics,
)
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus
from services.training.certificates.models import Certificate
from services.training.courses.models import CourseVersion
from services.training.sittings.commands import (
    AnsweredElsewhere,
    TimeOver,
    grade_sitting,
    save_answer,
    settle_all,
    start_sitting,
    void_sitting,
)
from services.training.sittings.models import Sitting, SittingAnswer
from services.training.sittings.queries import as_assessment, asked_in, pool_of
from services.training.sittings.rules import GRACE, SittingStatus, draw
from shared.core.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from shared.core.principals import SYSTEM
from shared.db.uow import UnitOfWork
from tests.harness import Harness
from tests.services.training.factories import ACTOR, hire, open_assignment
from tests.services.training.question_factories import (
    answer,
    create_assessment,
    hand_in,
    make_body,
    right_answers,
    sat,
    start,
)
from tests.services.training.test_question_rules import EVERY_KIND, written


def test_a_sitting_that_passes_completes_the_assignment_with_its_certificate(h: Harness) -> None:
    assignment = create_assessment(h, list(EVERY_KIND), shuffle=True)
    sitting_id = start(h, assignment)
    assert start(h, assignment) == sitting_id, "going on begins no second one"
    for place, given in right_answers(h, sitting_id).items():
        assert answer(h, sitting_id, place, given) == 1
    result = hand_in(h, sitting_id)
    assert result.completion is not None
    found = sat(h, sitting_id)
    assert (found.status, found.score, found.timed_out) == (SittingStatus.PASSED, 100, False)
    with h.read("training") as uow:
        done = uow.session.get_one(Assignment, assignment.id)
        assert (done.status, done.score) == (AssignmentStatus.COMPLETED, 100)
        assert uow.session.scalars(select(Certificate)).one().score == 100
    kinds = [one.type for one in h.events("training") if ".sitting." in one.type]
    assert kinds == [
        "training.sitting.started.v1",
        *["training.sitting.answered.v1"] * 6,
        "training.sitting.submitted.v1",
    ]


def test_what_was_drawn_can_be_drawn_again_from_its_number(h: Harness) -> None:
    assignment = create_assessment(h, [make_body() for _ in range(8)], shuffle=True)
    found = sat(h, start(h, assignment))
    with h.read("training") as uow:
        version = uow.session.get_one(CourseVersion, found.version_id)
        blueprint = as_assessment(version.content.parts[0]).blueprint
        assert draw(found.seed, blueprint, *pool_of(uow.session, blueprint.pool)) == found.drawn


def test_answers_are_found_again_and_count_after_a_crash(h: Harness) -> None:
    assignment = create_assessment(h, minutes=20)
    sitting_id = start(h, assignment)
    answer(h, sitting_id, 1, [1])
    h.clock.advance(timedelta(minutes=5))
    assert start(h, assignment) == sitting_id
    with h.read("training") as uow:
        asked = asked_in(uow.session, uow.session.get_one(Sitting, sitting_id))
        assert [one.given for one in asked] == [[1], None]
    assert not hand_in(h, sitting_id).graded.passed
    assert sat(h, sitting_id).score == 50


def test_an_answer_replaces_the_one_that_was_seen_and_no_other(h: Harness) -> None:
    sitting_id = start(h, create_assessment(h))
    assert answer(h, sitting_id, 1, []) == 0
    assert answer(h, sitting_id, 1, [0]) == 1
    assert answer(h, sitting_id, 1, [0], seen=0) == 1, "the same answer sent twice is one"
    assert answer(h, sitting_id, 1, [2], seen=1) == 2
    with pytest.raises(AnsweredElsewhere):
        answer(h, sitting_id, 1, [1], seen=1)
    with pytest.raises(AnsweredElsewhere):
        answer(h, sitting_id, 1, [1], seen=0)
    assert answer(h, sitting_id, 1, [1], seen=2) == 3
    for place, given in ((0, [1]), (3, [1])):
        with pytest.raises(NotFound):
            answer(h, sitting_id, place, given)
    with pytest.raises(InvalidInput):
        answer(h, sitting_id, 2, "text")
    assert len(h.events("training", "training.sitting.answered.v1")) == 3


def _at_once(h: Harness, *acts: Callable[[UnitOfWork], Any]) -> list[Any]:
    """Do things in transactions that are all open before one commits; return what came of each."""
    barrier = threading.Barrier(len(acts), timeout=20)
    outcomes: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[UnitOfWork], Any]) -> None:
        barrier.wait()
        try:
            with h.write("training") as uow:
                outcomes[number] = act(uow)
        except (Conflict, IntegrityError, StaleDataError) as error:
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    return outcomes


def test_of_two_answers_to_a_question_at_once_one_is_kept_and_the_other_told_so(h: Harness) -> None:
    sitting_id = start(h, create_assessment(h))

    def choose(option: int) -> Callable[[UnitOfWork], int]:
        def act(uow: UnitOfWork) -> int:
            sitting = uow.session.get_one(Sitting, sitting_id)
            return save_answer(uow, sitting, 1, [option], seen=0, actor=SYSTEM, now=h.clock.now())

        return act

    outcomes = _at_once(h, choose(0), choose(1), choose(2))
    kept = [one for one in outcomes if one == 1]
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert (len(kept), len(refused)) == (1, 2), outcomes
    with h.read("training") as uow:
        row = uow.session.scalars(select(SittingAnswer)).one()
        assert row.given == [outcomes.index(1)]
        assert row.sequence == 1
    assert len(h.events("training", "training.sitting.answered.v1")) == 1


def test_a_double_click_on_hand_in_counts_once_even_at_the_same_moment(h: Harness) -> None:
    sitting_id = start(h, create_assessment(h))
    for place, given in right_answers(h, sitting_id).items():
        answer(h, sitting_id, place, given)

    def act(uow: UnitOfWork) -> str:
        grade_sitting(uow, uow.session.get_one(Sitting, sitting_id), actor=SYSTEM, now=h.clock.now())
        return "graded"

    outcomes = _at_once(h, act, act)
    assert outcomes.count("graded") == 1, outcomes
    assert isinstance(next(one for one in outcomes if one != "graded"), Conflict)
    assert len(h.events("training", "training.sitting.submitted.v1")) == 1
    assert len(h.events("training", "training.certificate.issued.v1")) == 1
    with pytest.raises(IllegalTransition):
        answer(h, sitting_id, 1, [0], seen=1)
    with pytest.raises(IllegalTransition):
        hand_in(h, sitting_id)


def test_an_answer_after_the_deadline_is_not_taken_and_what_was_saved_is_graded(h: Harness) -> None:
    assignment = create_assessment(h, minutes=20)
    sitting_id = start(h, assignment)
    answer(h, sitting_id, 1, [1])
    h.clock.advance(timedelta(minutes=20) + GRACE)
    answer(h, sitting_id, 2, [1])
    h.clock.advance(timedelta(seconds=1))
    with pytest.raises(TimeOver):
        answer(h, sitting_id, 2, [0], seen=1)
    database = h.suite.databases["training"]
    assert settle_all(database, now=h.clock.now()) == 1
    assert settle_all(database, now=h.clock.now()) == 0
    found = sat(h, sitting_id)
    assert (found.status, found.score, found.timed_out) == (SittingStatus.EXPIRED, 50, True)
    assert found.ended_at == found.deadline_at
    assert start(h, assignment) != sitting_id


def test_what_was_saved_in_time_passes_though_nobody_handed_it_in(h: Harness) -> None:
    assignment = create_assessment(h, minutes=20)
    sitting_id = start(h, assignment)
    for place, given in right_answers(h, sitting_id).items():
        answer(h, sitting_id, place, given)
    h.clock.advance(timedelta(hours=3))
    h.suite.runner.run_due("training")  # The job that closes sittings is due every five minutes.
    assert sat(h, sitting_id).status is SittingStatus.PASSED
    with h.read("training") as uow:
        assert uow.session.get_one(Assignment, assignment.id).status is AssignmentStatus.COMPLETED


def test_goes_and_waiting_times_are_kept_and_a_void_gives_one_back(h: Harness) -> None:
    assignment = create_assessment(h, max_attempts=2, wait_hours=24)
    first = start(h, assignment)
    hand_in(h, first)
    with pytest.raises(Conflict):
        start(h, assignment)
    h.clock.advance(timedelta(hours=24))
    second = start(h, assignment)
    hand_in(h, second)
    h.clock.advance(timedelta(days=2))
    with pytest.raises(Conflict):
        start(h, assignment)
    with h.write("training") as uow:
        voided = uow.session.get_one(Sitting, second)
        void_sitting(uow, voided, reason="断网", actor=ACTOR, now=h.clock.now())
    third = start(h, assignment)
    assert sat(h, third).number == 3
    with h.read("training") as uow:
        marked = set(uow.session.scalars(select(QuestionMark.sitting_id)))
        assert marked == {first}


def test_a_part_that_is_none_cannot_be_sat_and_one_that_is_passed_not_again(h: Harness) -> None:
    assignment = create_assessment(h)
    with h.write("training") as uow, pytest.raises(NotFound):
        mine = uow.session.get_one(Assignment, assignment.id)
        start_sitting(uow, mine, "nothing", actor=SYSTEM, now=h.clock.now())
    sitting_id = start(h, assignment)
    for place, given in right_answers(h, sitting_id).items():
        answer(h, sitting_id, place, given)
    hand_in(h, sitting_id)
    with pytest.raises(Conflict):
        start(h, assignment)


# Item analysis


def test_item_analysis_adds_up_difficulty_discrimination_and_what_was_chosen(h: Harness) -> None:
    bodies = [make_body(1), make_body(0), make_body(2), written("回扣")]
    first = create_assessment(h, bodies, pass_mark=100)
    people = [first] + [open_assignment(h, hire(h).person_id) for _ in range(3)]
    order = {}
    for assignment, right in zip(people, (3, 2, 1, 0), strict=True):
        key = {1: [1], 2: [0], 3: [2]}
        given = [key[place] if place <= right else [(key[place][0] + 1) % 3] for place in (1, 2, 3)]
        sitting_id = start(h, assignment)
        with h.read("training") as uow:
            asked = asked_in(uow.session, uow.session.get_one(Sitting, sitting_id))
            order |= {one.question.code: one.question.id for one in asked}
            places = {one.question.code: one.place for one in asked}
        for place, one in enumerate(given, start=1):
            answer(h, sitting_id, places[f"anti-bribery-{place}"], one)
        answer(h, sitting_id, places["anti-bribery-4"], "回 扣" if right == 3 else "礼品")
        hand_in(h, sitting_id)
    with h.read("training") as uow:
        found = figures_of_questions(uow.session, list(order.values()))
        easy, middle = found[order["anti-bribery-1"]], found[order["anti-bribery-2"]]
        assert (easy.n, easy.difficulty, middle.difficulty) == (4, 0.75, 0.5)
        assert easy.chosen[:3] == (0, 3, 1)
        assert middle.discrimination is not None
        # x = 1 1 0 0 and the rest, in thousandths of three points, 1000 333 333 0: r = 500 / 726.6 by hand.
        assert middle.discrimination == pytest.approx(0.6882, abs=0.001)
        topic = figures_of_topics(uow.session)
        assert [one.n for one in topic.values()] == [16]
        (revision_id,) = figures_of_revisions(uow.session, order["anti-bribery-4"])
        assert common_texts(uow.session, revision_id) == [("礼品", 3, False), ("回扣", 1, True)]
