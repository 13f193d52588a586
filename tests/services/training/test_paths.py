"""Certification periods, choices and the order of steps, lived through by people on both engines."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.training.assignments.rules import AssignmentStatus
from services.training.attempts.commands import start_attempt
from services.training.certificates.models import Certificate
from services.training.certifications.commands import Earning, earn_period
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.queries import list_certified
from services.training.certifications.rules import Basis, DueKind, DueRule, PeriodState, PeriodStatus
from services.training.corrections.commands import revoke_and_ask_again
from services.training.curricula.rules import Item, Opens
from shared.core.errors import Conflict
from shared.core.principals import SYSTEM, Role
from shared.core.zones import end_of_day, local_date
from tests.harness import Harness, assert_page
from tests.services.training.factories import (
    AFTER_30,
    Assignment,
    assignments,
    change,
    create_active,
    day,
    hire,
    open_assignment,
    stated,
    take,
)

A = AssignmentStatus
YEARLY_AGAIN = DueRule(DueKind.AFTER_JOINING, 30, every_months=12, window_days=60)


def periods(h: Harness, person_id: UUID) -> list[CertificationPeriod]:
    """Return a person's periods, the earliest earned first."""
    with h.read("training") as uow:
        found = list(
            uow.session.scalars(
                select(CertificationPeriod)
                .where(CertificationPeriod.person_id == person_id)
                .order_by(CertificationPeriod.earned_at, CertificationPeriod.id)
            )
        )
        uow.session.expunge_all()
    return found


def test_passing_opens_a_period_with_the_window_in_which_it_is_to_be_renewed(h: Harness) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    done = take(h, open_assignment(h, person.person_id).id)
    (period,) = periods(h, person.person_id)
    again = open_assignment(h, person.person_id)
    assert (period.valid_from, period.valid_until) == (day("2026-09-21"), day("2027-09-21"))
    assert (
        (period.window_start, period.due)
        == (again.opens_on, again.due_on)
        == (day("2027-07-23"), day("2027-09-21"))
    )
    assert done.completion is not None
    assert done.completion.certificate is not None
    assert period.certificate_id == done.completion.certificate.id
    assert period.state(h.clock.now()) is PeriodState.CERTIFIED
    (earned,) = h.events("training", "training.certification.earned.v1")
    assert earned.subject == f"certification_period/{period.id}"


def test_early_renewal_inside_the_window_extends_from_the_old_expiry_and_follows_the_old_period(
    h: Harness,
) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=320))
    assert periods(h, person.person_id)[0].state(h.clock.now()) is PeriodState.WINDOW_OPEN
    take(h, open_assignment(h, person.person_id).id)
    old, new = periods(h, person.person_id)
    assert old.state(h.clock.now()) is PeriodState.RECERTIFIED
    assert (new.predecessor_id, new.valid_until) == (old.id, day("2028-09-21"))


def test_a_course_without_a_certificate_has_periods_all_the_same(h: Harness) -> None:
    create_active(h, due=YEARLY_AGAIN, certifies=False)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=350))
    take(h, open_assignment(h, person.person_id).id)
    assert [one.valid_until for one in periods(h, person.person_id)] == [day("2027-09-21"), day("2028-09-21")]


def test_a_period_expires_by_itself_and_nothing_is_written_for_it(h: Harness) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    before = len(h.events("training"))
    h.clock.advance(timedelta(days=366))
    (period,) = periods(h, person.person_id)
    assert period.state(h.clock.now()) is PeriodState.EXPIRED
    assert period.status is PeriodStatus.CERTIFIED
    assert len(h.events("training")) == before


def test_of_two_passes_at_once_one_extends_the_period_and_the_other_is_refused(h: Harness) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    (first,) = periods(h, person.person_id)
    h.clock.advance(timedelta(days=320))

    def renew() -> None:
        with h.write("training") as uow:
            earning = Earning(
                first.person_id, first.course_id, UUID(int=renewals.pop()), None, day("2027-08-07"), day("2028-09-21"),
                None,
            )  # fmt: skip
            held = uow.session.get_one(CertificationPeriod, first.id)
            held.status = PeriodStatus.CERTIFIED if stale else held.status
            earn_period(uow, earning, held, actor=SYSTEM, now=h.clock.now())

    renewals, stale = [1, 2], False
    renew()
    stale = True  # The second read the period before the first had committed.
    with pytest.raises(IntegrityError):
        renew()
    found = periods(h, person.person_id)
    assert [one.status for one in found] == [PeriodStatus.RECERTIFIED, PeriodStatus.CERTIFIED]


def test_a_certificate_of_a_period_that_has_not_begun_cannot_be_earned_nor_fetched(h: Harness) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    browser = h.client(Role.REP, person_id=person.person_id)
    first = open_assignment(h, person.person_id)
    assert browser.get(f"/training/periods/{first.id}/certificate").status_code == 409
    take(h, first.id)
    ahead = open_assignment(h, person.person_id)
    with pytest.raises(Conflict), h.write("training") as uow:
        start_attempt(uow, uow.session.get_one(Assignment, ahead.id), actor=SYSTEM, now=h.clock.now())
    early = browser.get(f"/training/periods/{ahead.id}/certificate")
    assert early.status_code == 409
    assert "2027-07-23" in early.get_data(as_text=True)
    kept = browser.get(f"/training/periods/{first.id}/certificate")
    assert kept.status_code == 303
    assert (
        h.client(Role.REP, person_id=hire(h).person_id)
        .get(f"/training/periods/{first.id}/certificate")
        .status_code
        == 404
    )


def test_revoking_a_certificate_revokes_its_period_and_earning_it_again_begins_anew(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    done = take(h, open_assignment(h, person.person_id).id)
    assert done.completion is not None
    assert done.completion.certificate is not None
    with h.write("training") as uow:
        certificate = uow.session.get_one(Certificate, done.completion.certificate.id)
        revoke_and_ask_again(uow, certificate, "代考，本人确认", actor=SYSTEM, now=h.clock.now())
    assert periods(h, person.person_id)[0].state(h.clock.now()) is PeriodState.REVOKED
    h.clock.advance(timedelta(days=1))
    take(h, open_assignment(h, person.person_id).id)
    revoked, anew = periods(h, person.person_id)
    assert (revoked.status, anew.predecessor_id) == (PeriodStatus.REVOKED, None)
    assert anew.valid_from == day("2026-09-22")


def test_a_period_is_archived_when_nobody_asks_for_it_any_more_and_is_back_when_somebody_does(
    h: Harness,
) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=10))
    last = local_date(h.clock.now())
    change(h, person.__class__(**{**person.__dict__, "left_on": last}), left=True)
    (period,) = periods(h, person.person_id)
    assert period.archived_at == end_of_day(last)
    assert period.state(end_of_day(last)) is PeriodState.ARCHIVED
    change(h, person)
    assert periods(h, person.person_id)[0].archived_at is None


def test_grace_puts_off_what_stands_in_the_way_and_the_certificate_lasts_as_long(h: Harness) -> None:
    rule = DueRule(
        DueKind.FIXED_DATE,
        30,
        day("2026-11-30"),
        every_months=12,
        basis=Basis.FIXED,
        window_days=90,
        grace_days=14,
    )
    create_active(h, due=rule)
    person = hire(h, hired_on=day("2026-08-01"))
    made = open_assignment(h, person.person_id)
    assert stated(h, "training_overdue", person.person_id)[str(made.id)] == [
        (end_of_day(made.due_on + timedelta(days=14)), None)
    ]
    take(h, made.id)
    (period,) = periods(h, person.person_id)
    assert (period.due, period.window_end, period.valid_until) == (
        day("2027-11-30"),
        day("2027-12-14"),
        day("2027-12-14"),
    )


def test_of_a_choice_enough_is_enough_and_it_impedes_once(h: Harness) -> None:
    create_active(h, courses=("a", "b", "c"), due=AFTER_30, shape=lambda ids: (Item(tuple(ids), need=2),))
    person = hire(h)
    offered = assignments(h, person.person_id)
    choice = str(offered[0].choice_id)
    due = end_of_day(offered[0].due_on)
    assert stated(h, "training_overdue", person.person_id) == {choice: [(due, None)]}
    h.clock.advance(timedelta(days=40))
    take(h, offered[2].id)
    assert [one.status for one in assignments(h, person.person_id)] == [A.ASSIGNED, A.ASSIGNED, A.COMPLETED]
    assert stated(h, "training_overdue", person.person_id)[choice] == [(due, None)]
    take(h, offered[0].id)
    found = {one.id: one.status for one in assignments(h, person.person_id)}
    assert found[offered[1].id] is A.CANCELLED
    assert stated(h, "training_overdue", person.person_id)[choice] == [(due, h.clock.now())]
    (cancelled,) = h.events("training", "training.assignment.cancelled.v1")
    assert cancelled.message().why == "not_needed"


def test_the_certificate_of_one_of_a_choice_does_not_impede_by_itself_when_it_runs_out(h: Harness) -> None:
    create_active(h, courses=("a", "b"), due=YEARLY_AGAIN, shape=lambda ids: (Item(tuple(ids)),))
    person = hire(h)
    first = assignments(h, person.person_id)[0]
    take(h, first.id)
    again = [one for one in assignments(h, person.person_id) if one.ended_at is None]
    assert len(again) == 2
    assert {one.due_on for one in again} == {day("2027-09-21")}
    assert list(stated(h, "certificate_expired", person.person_id).values()) == [[]]
    before = len(h.events("training"))
    change(h, person)
    assert len(h.events("training")) == before


def test_a_step_waits_for_what_comes_before_it_and_its_due_date_does_not(h: Harness) -> None:
    create_active(
        h, courses=("a", "b"), shape=lambda ids: (Item((ids[0],)), Item((ids[1],), opens=Opens.AFTER_BEFORE))
    )
    person = hire(h)
    first, second = sorted(assignments(h, person.person_id), key=lambda one: one.id)
    assert first.due_on == second.due_on
    with pytest.raises(Conflict) as refused, h.write("training") as uow:
        start_attempt(uow, uow.session.get_one(Assignment, second.id), actor=SYSTEM, now=h.clock.now())
    assert "反商业贿赂年度培训" in refused.value.message.params["courses"].zh
    browser = h.client(Role.REP, person_id=person.person_id)
    assert "Please complete first" in assert_page(browser.get(f"/training/assignments/{second.id}"))
    take(h, first.id)
    take(h, second.id)
    found = {one.id: one.status for one in assignments(h, person.person_id)}
    assert (found[first.id], found[second.id]) == (A.COMPLETED, A.COMPLETED)


def test_periods_are_listed_for_whoever_may_see_them(h: Harness) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    url = "/training/v1/certification-periods"
    own = h.api(Role.REP, person_id=person.person_id).get(url).json
    assert own is not None
    assert [one["state"] for one in own["items"]] == ["certified"]
    one = own["items"][0]
    assert h.api(Role.REP, person_id=person.person_id).get(f"{url}/{one['id']}").status_code == 200
    stranger = h.api(Role.REP, person_id=hire(h).person_id)
    assert stranger.get(f"{url}?person_id={person.person_id}").json == {"items": [], "next_cursor": None}
    assert stranger.get(f"{url}/{one['id']}").status_code == 404
    with h.read("training") as uow:
        certified = list_certified(uow.session, [person.person_id])
        assert UUID(one["course_id"]) in {period.course_id for period in certified}


def test_a_person_sees_what_they_are_certified_in_as_a_line_through_time(h: Harness) -> None:
    create_active(h, due=YEARLY_AGAIN)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    page = assert_page(
        h.client(Role.REP, person_id=person.person_id).get("/training/periods"), title="certifications"
    )
    assert "Certified" in page
    assert "To come" in page
    trainer = h.client(Role.TRAINER)
    assert "Certified" in assert_page(trainer.get(f"/training/periods?person={person.person_id}"))
    stranger = h.client(Role.REP, person_id=hire(h).person_id)
    assert stranger.get(f"/training/periods?person={person.person_id}").status_code == 404
