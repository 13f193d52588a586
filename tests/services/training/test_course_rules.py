"""Versions, texts and grading."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.courses.rules import (
    MAX_QUESTIONS,
    Block,
    VersionStatus,
    VersionStep,
    check_publishable,
    content_digest,
    grade,
    next_status,
    pages_of,
    quiz_from_json,
    quiz_to_json,
)
from services.training.courses.seed import COURSES, SeedCourse, content_of
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import LocalizedText
from tests.services.training.factories import make_content, make_question

LEGAL = {
    (VersionStatus.DRAFT, VersionStep.EDIT): VersionStatus.DRAFT,
    (VersionStatus.DRAFT, VersionStep.PUBLISH): VersionStatus.PUBLISHED,
    (VersionStatus.PUBLISHED, VersionStep.RETIRE): VersionStatus.RETIRED,
}


@pytest.mark.parametrize(("status", "step"), list(product(VersionStatus, VersionStep)))
def test_only_a_draft_can_be_edited_or_published_and_only_the_published_retired(
    status: VersionStatus, step: VersionStep
) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


def test_a_heading_begins_a_page_a_hyphen_a_list_item_and_a_blank_line_a_paragraph() -> None:
    (page, other) = pages_of("# One\n\nfirst line\nsecond line\n\n- a\n- b\nafter\n\n# Two\n")
    assert page.title == "One"
    assert page.blocks == (
        Block("paragraph", ("first line second line",)),
        Block("list", ("a", "b")),
        Block("paragraph", ("after",)),
    )
    assert (other.title, other.blocks) == ("Two", ())


def test_a_text_without_a_heading_is_one_page_and_no_text_is_none() -> None:
    assert len(pages_of("just words")) == 1
    assert pages_of("  \n\n ") == []


@given(st.text())
def test_any_text_at_all_can_be_split_into_pages(text: str) -> None:
    for page in pages_of(text):
        assert page.title or page.blocks


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"text": LocalizedText(zh="", en="# A")}, "text_zh"),
        ({"text": LocalizedText(zh="# 甲", en=" ")}, "text_en"),
        ({"text": LocalizedText(zh="# 甲\n\n# 乙", en="# A")}, "text_en"),
        ({"quiz": (make_question(3),)}, "question_zh-1"),
        ({"quiz": (make_question(-1),)}, "question_zh-1"),
        ({"quiz": (make_question(), make_question(options=(LocalizedText("一", "a"),)))}, "question_zh-2"),
        ({"quiz": (make_question(options=(LocalizedText("一", ""), LocalizedText("二", "b"))),)}, "question_zh-1"),
        ({"quiz": (make_question(text=LocalizedText("问", "")),)}, "question_zh-1"),
        ({"quiz": (make_question(),) * (MAX_QUESTIONS + 1)}, "quiz"),
    ],
)  # fmt: skip
def test_a_version_that_would_mislead_a_learner_is_not_published(overrides: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_publishable(make_content(**overrides))
    assert field in caught.value.fields


@pytest.mark.parametrize("one", COURSES, ids=lambda one: one.code)
def test_every_shipped_course_can_be_published_and_passed(one: SeedCourse) -> None:
    content = content_of(one)
    check_publishable(content)
    assert 3 <= len(content.quiz) <= 5
    assert len(pages_of(content.text.zh)) >= 3
    assert grade(content, [question.answer for question in content.quiz]).score == 100


def test_right_answers_pass_with_a_hundred_and_one_wrong_of_two_does_not_reach_eighty() -> None:
    content = make_content()
    assert grade(content, [1, 0]).passed
    assert grade(content, [1, 0]).score == 100
    half = grade(content, [1, 1])
    assert (half.score, half.passed, half.right) == (50, False, (True, False))


def test_a_score_that_only_rounds_to_the_pass_mark_does_not_pass() -> None:
    content = make_content(quiz=(make_question(),) * 3, pass_mark=67)
    assert grade(content, [1, 1, 0]).score == 66
    assert not grade(content, [1, 1, 0]).passed


@pytest.mark.parametrize("answers", [[], [1], [1, 0, 0], [1, 3], [1, -1], [9, 0]])
def test_a_missing_or_impossible_answer_is_refused_and_not_graded(answers: list[int]) -> None:
    with pytest.raises(InvalidInput):
        grade(make_content(), answers)


def test_a_course_that_asks_nothing_is_completed_without_a_score() -> None:
    graded = grade(make_content(quiz=()), [])
    assert graded.passed
    assert graded.score is None


def test_a_quiz_survives_storing() -> None:
    quiz = make_content().quiz
    assert quiz_from_json(quiz_to_json(quiz)) == quiz


def test_the_digest_changes_with_anything_that_decides_the_outcome() -> None:
    digests = {
        content_digest(make_content(**change))
        for change in (
            {}, {"minutes": 21}, {"pass_mark": 81}, {"valid_months": None}, {"certifies": False},
            {"quiz": (make_question(0), make_question(0))}, {"text": LocalizedText("# 甲", "# A")},
        )
    }  # fmt: skip
    assert len(digests) == 7
