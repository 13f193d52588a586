"""Reminders before and after the due date, never twice for the same thing."""

from datetime import timedelta

from services.training.handlers import REMINDERS_JOB
from shared.jobs import enqueue
from tests.harness import Harness
from tests.services.training.factories import create_active, hire, open_assignment, take


def run_reminders(h: Harness) -> list[str]:
    """Let the day's job run; return the kinds of all reminders so far."""
    with h.write("training") as uow:
        enqueue(uow, REMINDERS_JOB, {}, now=h.clock.now(), created_by="system")
    h.suite.runner.run_due("training")
    return [one.message().kind for one in h.events("training", "training.reminder.sent.v1")]


def test_each_stage_reminds_once_however_often_the_job_runs(h: Harness) -> None:
    create_active(h)
    hire(h)
    assert run_reminders(h) == []
    expected: list[str] = []
    # Due 30 days from now.
    for days, kind in ((16, "due_in_14"), (11, "due_in_3"), (4, "overdue"), (14, "overdue_14"), (30, None)):
        h.clock.advance(timedelta(days=days))
        expected += [kind] if kind else []
        assert run_reminders(h) == expected
        assert run_reminders(h) == expected


def test_what_is_done_or_not_open_yet_is_not_reminded_of(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=40))
    assert run_reminders(h) == []
    h.clock.advance(timedelta(days=320))
    assert run_reminders(h) == ["due_in_14"]


def test_many_are_reminded_in_one_run(h: Harness) -> None:
    create_active(h)
    for _ in range(25):
        hire(h)
    h.clock.advance(timedelta(days=42))
    assert run_reminders(h) == ["overdue"] * 25
