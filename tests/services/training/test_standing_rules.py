"""Intervals known ahead: from when, until when, and nothing ticks."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.training.standing.rules import (
    EXPIRED,
    OVERDUE,
    AssignmentFacts,
    CertificateFacts,
    Subject,
    coverage_stated,
    lapse_intervals,
    lapse_stated,
    overdue_intervals,
    overdue_stated,
)
from shared.core.ids import new_id
from shared.core.intervals import Interval
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, start_of_day
from shared.messages import decode, encode, type_of
from shared.messages.standing import StatedInterval
from tests.services.training.factories import day

DUE = day("2026-03-01")
OVER = end_of_day(DUE)
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 365 * 86_400).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
MAYBE = st.none() | MOMENTS
SUBJECT = Subject(
    new_id(), new_id(), LocalizedText("反商业贿赂", "Anti-bribery"), "compliance", "/training/my"
)


def test_an_open_assignment_impedes_from_the_end_of_its_due_day_with_no_end() -> None:
    assert overdue_intervals(AssignmentFacts(DUE)) == [Interval(OVER)]
    assert datetime(2026, 3, 1, 16, 0, tzinfo=UTC) == OVER


def test_due_on_1_march_and_completed_on_10_march_impedes_in_between_and_ends_exactly_then() -> None:
    done = datetime(2026, 3, 10, 3, 14, 15, tzinfo=UTC)
    assert overdue_intervals(AssignmentFacts(DUE, done)) == [Interval(OVER, done)]


def test_what_is_completed_on_the_due_day_never_impeded() -> None:
    assert overdue_intervals(AssignmentFacts(DUE, OVER - timedelta(microseconds=1))) == []
    assert overdue_intervals(AssignmentFacts(DUE, OVER)) == []


def test_whoever_leaves_is_impeded_no_longer_than_to_the_end_of_the_last_day() -> None:
    last = end_of_day(day("2026-03-05"))
    assert overdue_intervals(AssignmentFacts(DUE, None, last)) == [Interval(OVER, last)]
    assert overdue_intervals(AssignmentFacts(DUE, None, OVER)) == []


def test_a_certificate_impedes_from_the_end_of_its_last_day_known_from_the_day_of_issue() -> None:
    assert lapse_intervals(CertificateFacts(DUE)) == [Interval(OVER)]
    assert lapse_intervals(CertificateFacts(None)) == []


def test_renewing_in_time_takes_the_impediment_away_before_it_begins() -> None:
    assert lapse_intervals(CertificateFacts(DUE, renewed_at=OVER - timedelta(days=20))) == []


def test_renewing_late_ends_it_exactly_then() -> None:
    late = OVER + timedelta(days=4)
    assert lapse_intervals(CertificateFacts(DUE, renewed_at=late)) == [Interval(OVER, late)]


def test_a_revoked_certificate_is_lacking_from_then_on_even_one_that_does_not_run_out() -> None:
    revoked = OVER - timedelta(days=100)
    assert lapse_intervals(CertificateFacts(DUE, revoked_at=revoked)) == [Interval(revoked)]
    assert lapse_intervals(CertificateFacts(None, revoked_at=revoked)) == [Interval(revoked)]


def test_a_certificate_that_nobody_asks_for_any_more_impedes_nobody() -> None:
    assert lapse_intervals(CertificateFacts(DUE, released_at=OVER - timedelta(days=1))) == []


def test_the_due_day_ends_with_a_leap_day_in_the_companys_zone() -> None:
    (interval,) = overdue_intervals(AssignmentFacts(day("2028-02-29")))
    assert interval.start == start_of_day(day("2028-03-01"))


def test_a_statement_names_the_course_in_both_languages_and_where_it_is_mended() -> None:
    stated = overdue_stated(SUBJECT, AssignmentFacts(DUE))
    assert (stated.kind, stated.title_zh, stated.title_en) == (OVERDUE, "反商业贿赂", "Anti-bribery")
    assert stated.cure_url == "/training/my"
    assert stated.intervals == (StatedInterval(OVER),)
    assert decode(type_of(stated), encode(stated)) == stated
    assert lapse_stated(SUBJECT, CertificateFacts(None)).kind == EXPIRED


def test_coverage_begins_with_the_day_of_hire() -> None:
    covered = coverage_stated(SUBJECT.person_id, DUE)
    assert covered.since == start_of_day(DUE)
    assert covered.kinds == (OVERDUE, EXPIRED)


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), MAYBE, MAYBE)
def test_an_assignment_impedes_at_an_instant_just_when_it_is_due_open_and_asked_then(
    due_on: date, ended: datetime | None, released: datetime | None
) -> None:
    intervals = overdue_intervals(AssignmentFacts(due_on, ended, released))
    for at in (one for one in (end_of_day(due_on), ended, released) if one is not None):
        for instant in (at - timedelta(microseconds=1), at, at + timedelta(microseconds=1)):
            expected = (
                instant >= end_of_day(due_on)
                and (ended is None or instant < ended)
                and (released is None or instant < released)
            )
            assert any(one.covers(instant) for one in intervals) == expected


@given(st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)), MAYBE, MAYBE, MAYBE)
def test_a_certificate_impedes_at_an_instant_just_when_it_is_over_and_nothing_has_mended_it(
    until: date | None, revoked: datetime | None, renewed: datetime | None, released: datetime | None
) -> None:
    intervals = lapse_intervals(CertificateFacts(until, revoked, renewed, released))
    over = end_of_day(until) if until is not None else None
    for at in (one for one in (over, revoked, renewed, released) if one is not None):
        for instant in (at - timedelta(microseconds=1), at, at + timedelta(microseconds=1)):
            lacking = (over is not None and instant >= over) or (revoked is not None and instant >= revoked)
            mended = any(one is not None and instant >= one for one in (renewed, released))
            assert any(one.covers(instant) for one in intervals) == (lacking and not mended)
