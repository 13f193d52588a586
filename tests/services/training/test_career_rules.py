"""What a step in a career asks for, and when somebody meets it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.careers.rules import (
    Criteria,
    Criterion,
    Facts,
    Held,
    RequestStatus,
    RequestStep,
    Result,
    Signed,
    StepKind,
    assess,
    check_decider,
    check_gate,
    evidence_digest,
    frozen_evidence,
    kind_of,
    next_status,
)
from shared.core.errors import Conflict, Forbidden, IllegalTransition, InvalidInput
from shared.core.intervals import Interval
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day
from shared.messages.people import Position

TODAY = date(2026, 9, 21)
BRIBERY = UUID(int=11)
HELD = Held("GS-1", date(2027, 1, 1), UUID(int=21))
SIGNED = Signed(UUID(int=31), datetime(2026, 9, 1, tzinfo=UTC), UUID(int=32))
ALL = Criteria(18, (BRIBERY,), 180, True)
READY = Facts(date(2025, 3, 21), {BRIBERY: HELD}, (), SIGNED)


def result(criterion: Criterion, criteria: Criteria, facts: Facts, today: date = TODAY) -> Result:
    (found,) = [one for one in assess(criteria, facts, today).results if one.criterion is criterion]
    return found


def test_whoever_meets_everything_is_ready_on_the_very_day() -> None:
    assert assess(ALL, READY, TODAY).ready
    assert assess(ALL, READY, TODAY - timedelta(days=1)).missing == 1


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        (Facts(date(2025, 3, 22), {BRIBERY: HELD}, (), SIGNED), Criterion.MONTHS),
        (Facts(date(2020, 1, 1), {}, (), SIGNED), Criterion.CERTIFICATE),
        (Facts(date(2020, 1, 1), {BRIBERY: HELD}, (), None), Criterion.SIGN_OFF),
        (
            Facts(date(2020, 1, 1), {BRIBERY: HELD}, (Interval(end_of_day(date(2026, 9, 1))),), SIGNED),
            Criterion.STANDING,
        ),
    ],
)
def test_each_criterion_can_be_the_one_that_is_missing(facts: Facts, missing: Criterion) -> None:
    found = assess(ALL, facts, TODAY)
    assert [one.criterion for one in found.results if not one.met] == [missing]
    with pytest.raises(Conflict):
        check_gate(found)


@pytest.mark.parametrize(
    ("since", "have"),
    [
        (date(2026, 9, 21), 0),
        (date(2026, 8, 22), 0),
        (date(2026, 8, 21), 1),
        (date(2025, 9, 22), 11),
        (date(2025, 9, 21), 12),
    ],
)
def test_months_are_whole_months_since_the_position_was_taken(since: date, have: int) -> None:
    assert result(Criterion.MONTHS, Criteria(18, (), 0, False), Facts(since)).have == have


@given(st.dates(date(2010, 1, 1), TODAY), st.integers(1, 120))
def test_the_day_on_which_the_months_are_full_is_the_first_on_which_they_are_met(
    since: date, need: int
) -> None:
    criteria = Criteria(need, (), 0, False)
    found = result(Criterion.MONTHS, criteria, Facts(since))
    if found.ready_on is not None:
        assert not found.met
        assert result(Criterion.MONTHS, criteria, Facts(since), found.ready_on).met
        assert not result(Criterion.MONTHS, criteria, Facts(since), found.ready_on - timedelta(days=1)).met


def test_clean_days_are_counted_from_the_last_day_that_was_not() -> None:
    ended = end_of_day(date(2026, 9, 11)) - timedelta(hours=3)
    facts = Facts(TODAY, impeded=(Interval(ended - timedelta(days=9), ended),))
    found = result(Criterion.STANDING, Criteria(0, (), 30, False), facts)
    assert (found.have, found.ready_on) == (10, date(2026, 10, 11))
    assert result(Criterion.STANDING, Criteria(0, (), 10, False), facts).met


def test_what_will_impede_in_time_to_come_does_not_count_yet() -> None:
    facts = Facts(TODAY, impeded=(Interval(end_of_day(TODAY)),))
    assert result(Criterion.STANDING, Criteria(0, (), 30, False), facts).met


def test_a_mentorship_that_both_signed_off_meets_what_asks_for_it_and_nothing_else_does() -> None:
    asked = Criteria(0, (), 0, sign_off=False, mentored=True)
    assert assess(asked, READY, TODAY).missing == 1
    found = result(Criterion.MENTORING, asked, Facts(TODAY, mentored=SIGNED))
    assert (found.met, found.reference) == (True, str(SIGNED.event_id))
    both = Criteria(0, (), 0, sign_off=True, mentored=True)
    assert assess(both, Facts(TODAY, mentored=SIGNED), TODAY).missing == 1


def test_criteria_kept_before_mentoring_could_be_asked_for_ask_for_none() -> None:
    kept = ALL.to_json()
    assert Criteria.from_json(kept) == ALL
    del kept["mentored"]
    assert Criteria.from_json(kept) == ALL
    asked = Criteria(0, (), 0, sign_off=False, mentored=True)
    assert Criteria.from_json(asked.to_json()) == asked


def test_what_is_not_asked_for_is_not_among_the_results() -> None:
    assert assess(Criteria(0, (), 0, False), Facts(TODAY), TODAY).results == ()


def test_a_step_leads_up_or_sideways_and_never_down() -> None:
    assert kind_of(Position.REP, Position.SUPERVISOR) is StepKind.PROMOTION
    assert kind_of(Position.REP, Position.PRODUCT) is StepKind.LATERAL
    assert kind_of(Position.PRODUCT, Position.DISTRICT_MANAGER) is StepKind.LATERAL
    for source, target in ((Position.DIRECTOR, Position.REP), (Position.REP, Position.REP)):
        with pytest.raises(InvalidInput):
            kind_of(source, target)


@pytest.mark.parametrize("values", [(-1, (), 0), (121, (), 0), (0, (), 731), (0, (BRIBERY, BRIBERY), 0)])
def test_criteria_out_of_range_are_refused(values: tuple[int, tuple[UUID, ...], int]) -> None:
    with pytest.raises(InvalidInput):
        Criteria(*values, sign_off=False)


def test_nobody_decides_on_their_own_promotion_or_request() -> None:
    person, requester, other = UUID(int=1), UUID(int=2), UUID(int=3)
    check_decider(other, person, requester)
    for one in (person, requester):
        with pytest.raises(Forbidden):
            check_decider(one, person, requester)


def test_a_request_moves_only_along_its_arrows() -> None:
    allowed = {
        (RequestStatus.DRAFT, RequestStep.SUBMIT): RequestStatus.SUBMITTED,
        (RequestStatus.DRAFT, RequestStep.WITHDRAW): RequestStatus.WITHDRAWN,
        (RequestStatus.SUBMITTED, RequestStep.APPROVE): RequestStatus.APPROVED,
        (RequestStatus.SUBMITTED, RequestStep.REJECT): RequestStatus.REJECTED,
        (RequestStatus.SUBMITTED, RequestStep.WITHDRAW): RequestStatus.WITHDRAWN,
    }
    for status in RequestStatus:
        for step in RequestStep:
            if (status, step) in allowed:
                assert next_status(status, step) is allowed[status, step]
            else:
                with pytest.raises(IllegalTransition):
                    next_status(status, step)


def test_the_evidence_names_certificate_and_event_and_its_digest_changes_with_it() -> None:
    titles = {BRIBERY: LocalizedText(zh="反商业贿赂", en="Anti-bribery")}
    certificates = {BRIBERY: HELD}
    found = frozen_evidence(
        ALL, assess(ALL, READY, TODAY), titles=titles, certificates=certificates, today=TODAY
    )
    (proof,) = [one for one in found["results"] if one["criterion"] == "certificate"]
    assert (proof["reference"], proof["valid_until"]) == ("GS-1", "2027-01-01")
    assert proof["event"] == str(HELD.event_id)
    assert Criteria.from_json(found["criteria"]) == ALL
    changed = {**found, "assessed_on": "2026-09-22"}
    assert evidence_digest(found) != evidence_digest(changed)
