"""Parts: their order, what counts as watched, what a signature stands for, moving them about in a draft."""

from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.acknowledgements.rules import shown_digest
from services.training.attempts.rules import (
    AttemptStatus,
    AttemptStep,
    check_reached,
    next_part,
    next_status,
    outcome_of,
    pages_after,
)
from services.training.drafts.rules import Change, changes, move_part, new_part, put_part, remove_part
from services.training.evidence.rules import EvidenceStatus, EvidenceStep, check_reason
from services.training.evidence.rules import next_status as next_evidence_status
from services.training.parts.rules import (
    SELF_PACED,
    AcknowledgementPart,
    DocumentPart,
    Part,
    PartKind,
    TextPart,
    VideoPart,
    blocking_part,
    parts_from_json,
    parts_to_json,
)
from services.training.retraining.rules import Asking, Standing, asking, due_of
from services.training.watching.rules import (
    SPARE_MS,
    add_stretch,
    believed,
    first_gap,
    is_watched,
    resume_at,
    seen,
)
from shared.core.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from shared.core.text import LocalizedText
from tests.services.training.factories import TEXT, day

TITLE = LocalizedText("标题", "Title")


def one_of_each() -> list[Part]:
    """Return a part of every kind, as the editor makes them."""
    parts: tuple[Part, ...] = ()
    for kind in PartKind:
        parts = put_part(parts, new_part(kind, parts))
    return list(parts)


def test_every_kind_of_part_survives_storing() -> None:
    parts = one_of_each()
    assert [one.kind for one in parts] == list(PartKind)
    assert list(parts_from_json(parts_to_json(parts))) == parts


@given(order=st.permutations(list(PartKind)), done=st.integers(0, 9))
def test_what_is_done_here_is_done_in_order_and_what_happens_elsewhere_waits_for_nothing(
    order: list[PartKind], done: int
) -> None:
    parts: list[Part] = [new_part(kind, []) for kind in order]
    here = [one for one in parts if one.kind in SELF_PACED]
    met = {one.id for one in here[:done]}
    for part in parts:
        before = blocking_part(parts, met, part)
        if part.kind not in SELF_PACED:
            assert before is None
        elif part.id in met or part in here[: done + 1]:
            assert before is None
            check_reached(parts, met, part)
        else:
            assert before == here[done]
            with pytest.raises(Conflict):
                check_reached(parts, met, part)
    following = next_part(parts, met)
    assert following == (here[done] if done < len(here) else None)


LEGAL = {
    (AttemptStatus.LAUNCHED, AttemptStep.PROGRESS): AttemptStatus.LAUNCHED,
    (AttemptStatus.LAUNCHED, AttemptStep.COMPLETE): AttemptStatus.COMPLETED,
    (AttemptStatus.LAUNCHED, AttemptStep.PASS): AttemptStatus.PASSED,
    (AttemptStatus.COMPLETED, AttemptStep.REOPEN): AttemptStatus.LAUNCHED,
    (AttemptStatus.PASSED, AttemptStep.REOPEN): AttemptStatus.LAUNCHED,
}


@pytest.mark.parametrize(("status", "step"), list(product(AttemptStatus, AttemptStep)))
def test_an_attempt_that_has_ended_is_not_gone_on_with(status: AttemptStatus, step: AttemptStep) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


def test_the_score_of_an_attempt_is_that_of_the_assessment_which_went_worst() -> None:
    assert outcome_of([None, 90, 85, None]) == (AttemptStep.PASS, 85)
    assert outcome_of([None, None]) == (AttemptStep.COMPLETE, None)
    assert outcome_of([0]) == (AttemptStep.PASS, 0)


@given(turned=st.integers(0, 20), number=st.integers(-3, 25), total=st.integers(1, 20))
def test_pages_are_turned_in_their_order_and_turning_one_again_changes_nothing(
    turned: int, number: int, total: int
) -> None:
    if 1 <= number <= min(turned + 1, total):
        assert pages_after(turned, number, total) == max(turned, number)
    else:
        with pytest.raises(Conflict):
            pages_after(turned, number, total)


STRETCHES = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=12)


@given(STRETCHES)
def test_stretches_that_were_seen_are_kept_in_order_without_overlap_and_add_up(
    stretches: list[tuple[int, int]],
) -> None:
    watched: list[tuple[int, int]] = []
    for start, end in stretches:
        watched = add_stretch(watched, start, end, 60)
    expected = {second for start, end in stretches for second in range(max(start, 0), min(end, 60))}
    assert {second for start, end in watched for second in range(start, end)} == expected
    assert seen(watched) == len(expected)
    assert all(one[1] < other[0] for one, other in pairwise(watched))
    gap = first_gap(watched)
    assert gap == next(second for second in range(61) if second not in expected)
    assert is_watched(watched, 60) == (gap >= 58)


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 600)), max_size=30))
def test_never_more_is_believed_than_time_has_passed(reports: list[tuple[int, int]]) -> None:
    """However a browser reports: the seconds granted in all never exceed the time since it began."""
    spare = granted = passed = 0
    for passed_ms, length in reports:
        until, spare = believed(100, 100 + length, passed_ms, spare)
        assert 0 <= spare <= SPARE_MS
        granted += until - 100
        passed += passed_ms
    assert granted * 1_000 <= passed


def test_one_goes_on_where_one_stopped_or_at_what_was_not_seen() -> None:
    assert resume_at(30, [(0, 30)], 60) == 30
    assert resume_at(60, [(0, 20), (50, 60)], 60) == 20
    assert resume_at(5, [(0, 30)], 60) == 30
    assert resume_at(45, [(0, 20), (40, 45)], 60) == 45


def test_jumping_to_the_end_counts_for_as_little_as_the_time_that_passed() -> None:
    assert believed(0, 600, 5_000, 0) == (5, 0)
    assert believed(590, 600, 0, 0) == (590, 0)
    assert believed(0, 8, 8_900, 0) == (8, 900)


def test_a_signature_stands_for_what_was_shown_in_the_language_in_which_it_was() -> None:
    signed = AcknowledgementPart("signed", TITLE, LocalizedText("我已阅读", "I have read"))
    document = DocumentPart("pdf", TITLE, "a" * 64, "b" * 64, 3, 3)
    parts: tuple[Part, ...] = (TEXT, document, signed)
    digests = {
        shown_digest(parts, signed, "zh"),
        shown_digest(parts, signed, "en"),
        shown_digest((TEXT, signed), signed, "en"),
        shown_digest((TEXT, DocumentPart("pdf", TITLE, "a" * 64, "c" * 64, 3, 3), signed), signed, "en"),
    }
    assert len(digests) == 4
    other_chinese = DocumentPart("pdf", TITLE, "c" * 64, "b" * 64, 3, 3)
    assert shown_digest(parts, signed, "en") == shown_digest((TEXT, other_chinese, signed), signed, "en")
    later = VideoPart("video", TITLE, "d" * 64, 10)
    assert shown_digest((*parts, later), signed, "en") == shown_digest(parts, signed, "en")


def test_a_document_in_one_language_is_shown_to_everybody() -> None:
    only = DocumentPart("pdf", TITLE, file_en="b" * 64, pages_en=4)
    assert only.pick("zh") == only.pick("en") == ("b" * 64, 4)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(-1, 1)), max_size=12))
def test_moving_parts_about_neither_loses_nor_doubles_any(moves: list[tuple[int, int]]) -> None:
    parts: tuple[Part, ...] = tuple(one_of_each())
    for place, by in moves:
        before = parts
        part = parts[place]
        parts = move_part(parts, part.id, by)
        assert parts.index(part) == min(max(place + by, 0), 8)
        assert [one for one in parts if one != part] == [one for one in before if one != part]


def test_a_part_is_put_in_place_of_itself_and_taken_out_once() -> None:
    parts = (TEXT, VideoPart("video-1", TITLE))
    changed = VideoPart("video-1", LocalizedText("新", "New"))
    assert put_part(parts, changed) == (TEXT, changed)
    assert new_part(PartKind.VIDEO, parts).id == "video-2"
    assert remove_part(parts, "text") == parts[1:]
    for act in (lambda: remove_part(parts, "x"), lambda: move_part(parts, "x", 1)):
        with pytest.raises(NotFound):
            act()


def test_what_is_new_is_told_part_by_part_and_line_by_line() -> None:
    before: list[Part] = [TEXT, VideoPart("video-1", TITLE)]
    text = LocalizedText(TEXT.text.zh, TEXT.text.en.replace("Text.", "Other words.\n\nOne more."))
    after: list[Part] = [TextPart("text", TEXT.title, text), DocumentPart("document-1", TITLE)]
    found = changes(before, after, "en")
    assert [one.change for one in found] == [Change.CHANGED, Change.ADDED, Change.REMOVED]
    lines = [line for line in found[0].lines if line[0] is not Change.SAME]
    assert lines == [(Change.CHANGED, "Text.", "Other words."), (Change.ADDED, "", "One more.")]


@pytest.mark.parametrize("step", list(EvidenceStep))
def test_evidence_is_decided_once(step: EvidenceStep) -> None:
    for status in EvidenceStatus:
        if status is EvidenceStatus.HANDED_IN:
            assert next_evidence_status(status, step) is not status
        else:
            with pytest.raises(IllegalTransition):
                next_evidence_status(status, step)


def test_a_return_says_what_is_missing() -> None:
    check_reason("缺少盖章页")
    with pytest.raises(InvalidInput):
        check_reason(" 不 ")


DUE = due_of(day("2026-09-21"), 30)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Asking.MAKE),
        ({"valid_until": day("2026-09-21")}, Asking.MAKE),
        ({"valid_until": day("2026-09-20")}, Asking.NOTHING),
        ({"left_on": day("2026-09-20")}, Asking.NOTHING),
        ({"left_on": day("2026-12-31")}, Asking.MAKE),
        ({"open_due": day("2026-10-21")}, Asking.NOTHING),
        ({"open_due": day("2026-10-22")}, Asking.MOVE),
        ({"open_due": day("2026-10-22"), "begun": True}, Asking.NOTHING),
        ({"open_due": day("2026-09-01")}, Asking.NOTHING),
    ],
)
def test_whoever_is_certified_takes_a_revision_and_nobody_is_asked_twice_or_later(
    values: dict[str, Any], expected: Asking
) -> None:
    assert (DUE.opens_on, DUE.due_on) == (day("2026-09-21"), day("2026-10-21"))
    assert (
        asking(Standing(**{"valid_until": None, "left_on": None, "open_due": None, **values}), DUE)
        is expected
    )
