"""From events to spans of days on which somebody counts as trained."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.history.rules import Fact, Span, SpanKind, answers, learn
from shared.core.ids import new_id
from shared.core.zones import start_of_day
from shared.messages.training import (
    AssignmentCompleted,
    CertificateIssued,
    CertificateRevoked,
    CertificateSuperseded,
    CompletionImported,
    CreditEnded,
    CreditGiven,
)

PERSON, COURSE, VERSION, CURRICULUM = new_id(), new_id(), new_id(), new_id()
FIRST = date(2026, 1, 1)
Told = tuple[Fact, datetime]


def day(number: int) -> date:
    """Return the day so many days after the first."""
    return FIRST + timedelta(days=number)


def at(number: int) -> datetime:
    """Return ten in the morning of that day."""
    return start_of_day(day(number)) + timedelta(hours=10)


def completed(number: int, course: UUID = COURSE) -> Told:
    return AssignmentCompleted(
        new_id(), PERSON, CURRICULUM, course, VERSION, at(number), None
    ), at(number)  # fmt: skip


def issued(since: int, last: int | None, certificate: UUID | None = None, course: UUID = COURSE) -> Told:
    until = day(last) if last is not None else None
    made = CertificateIssued(certificate or new_id(), "GS", PERSON, course, VERSION, day(since), until)
    return made, at(since)


def revoked(certificate: UUID, number: int) -> Told:
    return CertificateRevoked(certificate, PERSON), at(number)


def superseded(certificate: UUID, number: int) -> Told:
    return CertificateSuperseded(certificate, PERSON, new_id()), at(number)


def fold(told: Iterable[Told]) -> list[Span]:
    """Return what is known after these events."""
    known: list[Span] = []
    for position, (fact, effective_at) in enumerate(told):
        for change in learn(known, fact, effective_at, position):
            if change.before is not None:
                known.remove(change.before)
            if change.after is not None:
                known.append(change.after)
    return known


def trained(known: list[Span], number: int) -> bool:
    """Say whether these spans cover that day."""
    (found,) = answers(known, [COURSE], day(number))
    return found.trained


def test_what_is_done_on_a_day_counts_on_that_day_and_not_on_the_day_before() -> None:
    known = fold([completed(5)])
    assert (trained(known, 4), trained(known, 5), trained(known, 4000)) == (False, True, True)


def test_a_certificate_counts_on_its_last_day_and_not_on_the_next() -> None:
    known = fold([completed(5), issued(5, 20)])
    assert (trained(known, 20), trained(known, 21)) == (True, False)


def test_a_certificate_that_does_not_run_out_counts_for_ever() -> None:
    assert trained(fold([completed(5), issued(5, None)]), 9999)


def test_a_certificate_bounds_the_completion_it_was_issued_for_and_cites_it() -> None:
    (span,) = fold([completed(5), issued(5, 20)])
    assert span.kind is SpanKind.CERTIFICATE
    assert span.evidence == (0, 1)


def test_a_bare_completion_counts_until_a_later_certificate_takes_over() -> None:
    known = fold([completed(5), completed(30), issued(30, 40)])
    assert [trained(known, one) for one in (4, 5, 29, 30, 40, 41)] == [False, True, True, True, True, False]


def test_a_completion_told_after_the_certificate_of_its_day_adds_nothing() -> None:
    assert not trained(fold([issued(5, 20), completed(5)]), 21)


def test_a_completion_of_old_that_is_told_late_counts_until_the_certificate_that_followed_it() -> None:
    known = fold([issued(30, 40), completed(10)])
    assert [trained(known, one) for one in (9, 10, 29, 35, 41)] == [False, True, True, True, False]


def test_a_certificate_does_not_count_on_the_day_it_is_revoked_nor_after() -> None:
    one = new_id()
    known = fold([completed(5), issued(5, 20, one), revoked(one, 12)])
    assert (trained(known, 11), trained(known, 12), trained(known, 13)) == (True, False, False)


def test_a_certificate_revoked_as_of_a_day_before_it_began_never_counted() -> None:
    one = new_id()
    assert fold([completed(5), issued(5, 20, one), revoked(one, 3)]) == []


def test_a_renewal_leaves_no_gap_and_when_it_is_revoked_the_one_before_does_not_come_back() -> None:
    first, second = new_id(), new_id()
    told = [issued(0, 20, first), superseded(first, 15), issued(15, 40, second)]
    assert all(trained(fold(told), number) for number in range(41))
    known = fold([*told, revoked(second, 17)])
    assert [trained(known, one) for one in (14, 16, 17, 18)] == [True, True, False, False]


def test_superseding_a_certificate_that_had_run_out_lengthens_nothing() -> None:
    one = new_id()
    known = fold([issued(0, 20, one), superseded(one, 50)])
    assert not trained(known, 30)


def test_the_last_span_that_ended_is_cited_for_somebody_who_is_trained_no_more() -> None:
    one = new_id()
    known = fold([completed(5), issued(5, 20, one), revoked(one, 12)])
    (found,) = answers(known, [COURSE], day(15))
    assert not found.trained
    assert found.span is not None
    assert found.span.evidence == (0, 1, 2)


def test_one_course_says_nothing_about_another() -> None:
    other = new_id()
    found = answers(fold([completed(5)]), [COURSE, other], day(9))
    assert [one.trained for one in found] == [True, False]
    assert found[1].span is None


def test_a_waiver_counts_as_long_as_it_is_given_for_and_until_it_is_taken_back() -> None:
    waiver = CreditGiven(new_id(), PERSON, COURSE, "waiver", day(3), day(20), None)
    given = (waiver, at(5))
    assert [trained(fold([given]), one) for one in (2, 3, 20, 21)] == [False, True, True, False]
    taken = (CreditEnded(waiver.credit_id, PERSON, COURSE), at(9))
    assert [trained(fold([given, taken]), one) for one in (8, 9)] == [True, False]


@pytest.mark.parametrize("kind", ["exemption", "earlier"])
def test_an_exemption_and_the_credit_of_an_import_make_nobody_trained_by_themselves(kind: str) -> None:
    assert fold([(CreditGiven(new_id(), PERSON, COURSE, kind, day(3), None, None), at(3))]) == []


def imported(number: int, last: int | None, completion: UUID | None = None) -> Told:
    until = day(last) if last is not None else None
    made = CompletionImported(
        completion or new_id(), new_id(), PERSON, COURSE, day(number), until, None, None
    )
    return made, at(number)


def test_an_earlier_completion_counts_to_its_last_day_beside_a_certificate_of_its_own_time() -> None:
    known = fold([issued(30, 40), imported(10, 35)])
    assert [trained(known, one) for one in (9, 10, 35, 40, 41)] == [False, True, True, True, False]


def test_an_earlier_completion_without_end_counts_until_a_certificate_takes_over() -> None:
    for told in ([imported(10, None), issued(30, 40)], [issued(30, 40), imported(10, None)]):
        assert [trained(fold(told), one) for one in (10, 29, 40, 41)] == [True, True, True, False]


def test_what_is_said_again_about_an_earlier_completion_replaces_what_was_said_before() -> None:
    one = new_id()
    known = fold([imported(10, 35, one), imported(12, 20, one)])
    assert [trained(known, number) for number in (10, 12, 20, 21)] == [False, True, True, False]


@st.composite
def lives(draw: st.DrawFn) -> list[Told]:
    """Completions and certificates of one course, some superseded or revoked, told in any order of days."""
    told: list[Told] = []
    held: list[UUID] = []
    for _ in range(draw(st.integers(0, 12))):
        kind, number = draw(st.sampled_from("ccirs")), draw(st.integers(0, 60))
        if kind == "c":
            told.append(completed(number))
        elif kind == "i" or not held:
            held.append(new_id())
            told.append(issued(number, draw(st.one_of(st.none(), st.integers(number, 80))), held[-1]))
        else:
            told.append((revoked if kind == "r" else superseded)(draw(st.sampled_from(held)), number))
    return told


@given(lives())
def test_no_span_is_empty_and_none_cites_an_event_that_was_not_told(told: list[Told]) -> None:
    for span in fold(told):
        assert span.until is None or span.until > span.since
        assert set(span.evidence) <= set(range(len(told)))


@given(lives(), st.integers(0, 60))
def test_revoking_everything_as_of_a_day_leaves_no_certificate_on_that_day_or_later(
    told: list[Told], number: int
) -> None:
    held = [fact.certificate_id for fact, _ in told if isinstance(fact, CertificateIssued)]
    known = fold([*told, *(revoked(one, number) for one in held)])
    left = [one for one in known if one.kind is SpanKind.CERTIFICATE]
    assert not any(one.covers(day(later)) for one in left for later in range(number, 90))


@given(lives())
def test_what_happens_to_certificates_never_makes_anybody_trained_before_anything_was_done(
    told: list[Told],
) -> None:
    begun = [at for fact, at in told if isinstance(fact, AssignmentCompleted | CertificateIssued)]
    earliest = min(begun, default=at(100)).date()
    assert not any(one.since < earliest for one in fold(told))
