"""Versions: what they may become, what they must hold, their texts, their digest."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.courses.rules import (
    MAX_PARTS,
    Category,
    Details,
    VersionStatus,
    VersionStep,
    check_details,
    check_publishable,
    content_digest,
    count_pages,
    next_status,
    pages_of,
    tags_of,
)
from services.training.courses.seed import COURSES, SeedCourse, content_of, questions_of
from services.training.parts.rules import (
    AcknowledgementPart,
    AssessmentPart,
    Blueprint,
    ChecklistPart,
    DocumentPart,
    Draw,
    EvidencePart,
    LinkPart,
    SessionPart,
    TextPart,
    VideoPart,
)
from services.training.questions.rules import check_body
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import LocalizedText
from tests.services.training.factories import TEXT, make_content

TITLE = LocalizedText("标题", "Title")
NOTHING = LocalizedText("", "")
TOPIC = UUID(int=7)

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


def test_a_heading_of_the_first_level_begins_a_page_and_a_comment_in_code_does_not() -> None:
    pages = pages_of("before\n\n# One *two*\n\nfirst\n\n```\n# code\n```\n\n## below\n\n# Three\n")
    assert [(page.title, page.text) for page in pages] == [
        ("", "before"),
        ("One two", "first\n\n```\n# code\n```\n\n## below"),
        ("Three", ""),
    ]


def test_a_text_without_a_heading_is_one_page_and_no_text_is_none() -> None:
    assert len(pages_of("just words")) == 1
    assert pages_of("  \n\n ") == ()


@given(st.text())
def test_any_text_at_all_can_be_split_into_pages(text: str) -> None:
    for page in pages_of(text):
        assert page.title or page.text


def text(zh: str, en: str) -> TextPart:
    """Return a text part."""
    return TextPart("text", TITLE, LocalizedText(zh, en))


SIGNED = AcknowledgementPart("signed", TITLE, LocalizedText("我已阅读", "I have read"))


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"parts": ()}, "parts"),
        ({"parts": tuple(SessionPart(f"s{n}", TITLE) for n in range(MAX_PARTS + 1))}, "parts"),
        ({"parts": (text("", "# A"),)}, "part-text"),
        ({"parts": (text("# 甲", " "),)}, "part-text"),
        ({"parts": (text("# 甲\n\n# 乙", "# A"),)}, "part-text"),
        ({"parts": (TEXT, TEXT)}, "part-text"),
        ({"parts": (SessionPart("s", LocalizedText("", "A")),)}, "part-s"),
        ({"parts": (DocumentPart("d", TITLE),)}, "part-d"),
        ({"parts": (VideoPart("v", TITLE),)}, "part-v"),
        ({"parts": (VideoPart("v", TITLE, "a" * 64, 0),)}, "part-v"),
        ({"parts": (LinkPart("l", TITLE, "javascript:alert(1)"),)}, "part-l"),
        ({"parts": (LinkPart("l", TITLE, "https:///nowhere"),)}, "part-l"),
        ({"parts": (LinkPart("l", TITLE, "http://["),)}, "part-l"),
        ({"parts": (AssessmentPart("a", TITLE, Blueprint(())),)}, "part-a"),
        ({"parts": (SIGNED,)}, "part-signed"),
        ({"parts": (SIGNED, TEXT)}, "part-signed"),
        ({"parts": (TEXT, AcknowledgementPart("signed", TITLE, NOTHING))}, "part-signed"),
        ({"parts": (EvidencePart("e", TITLE, NOTHING),)}, "part-e"),
        ({"retrain": True}, "retrain_days"),
        ({"retrain": True, "retrain_days": 366}, "retrain_days"),
    ],
)  # fmt: skip
def test_a_version_that_would_mislead_a_learner_is_not_published(overrides: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_publishable(make_content(**overrides))
    assert field in caught.value.fields


def test_the_first_version_has_nobody_to_be_retrained() -> None:
    content = make_content(retrain=True, retrain_days=30)
    check_publishable(content)
    with pytest.raises(InvalidInput) as caught:
        check_publishable(content, first=True)
    assert set(caught.value.fields) == {"retrain"}


def test_a_version_of_all_kinds_of_parts_can_be_published() -> None:
    check_publishable(
        make_content(
            parts=(
                TEXT,
                DocumentPart("d", TITLE, file_en="a" * 64, pages_en=3),
                VideoPart("v", TITLE, "b" * 64, 60),
                LinkPart("l", TITLE, "https://example.com/a?b=c"),
                SIGNED,
                AssessmentPart("a", TITLE, Blueprint((Draw(TOPIC, 3),))),
                SessionPart("s", TITLE),
                ChecklistPart("c", TITLE),
                EvidencePart("e", TITLE, LocalizedText("证书", "Certificate")),
            )
        )
    )


@pytest.mark.parametrize("one", COURSES, ids=lambda one: one.code)
def test_every_shipped_course_can_be_published_and_asks_questions_that_can_be_asked(one: SeedCourse) -> None:
    content = content_of(one, TOPIC)
    check_publishable(content, first=True)
    bodies = questions_of(one)
    assert 3 <= len(bodies) <= 10
    for body in bodies:
        check_body(body)
    (assessment,) = (part for part in content.parts if isinstance(part, AssessmentPart))
    assert [draw.count for draw in assessment.blueprint.draws] == [len(bodies)]
    assert count_pages(content.parts[0], "zh") == count_pages(content.parts[0], "en") >= 3


def test_the_digest_changes_with_anything_that_decides_the_outcome() -> None:
    drawn = AssessmentPart("a", TITLE, Blueprint((Draw(TOPIC, 3),)))
    frozen = AssessmentPart("a", TITLE, Blueprint((Draw(TOPIC, 3),), pool=(UUID(int=9),)))
    digests = {
        content_digest(make_content(**change))
        for change in (
            {}, {"minutes": 21}, {"valid_months": None}, {"certifies": False}, {"retrain": True},
            {"retrain_days": 3}, {"parts": (text("# 甲", "# A"),)}, {"parts": (drawn,)}, {"parts": (frozen,)},
            {"parts": (SessionPart("x", TITLE),)}, {"parts": (ChecklistPart("x", TITLE),)},
            {"parts": (DocumentPart("d", TITLE, "a" * 64, "", 3, 0),)},
            {"parts": (DocumentPart("d", TITLE, "b" * 64, "", 3, 0),)},
        )
    }  # fmt: skip
    assert len(digests) == 13


def test_tags_are_read_as_people_type_them() -> None:
    assert tags_of(" 入职，产品、CRM , crm;; 年度\n") == ("入职", "产品", "crm", "年度")
    assert tags_of("") == ()
    with pytest.raises(InvalidInput):
        check_details(Details(TITLE, NOTHING, Category.SKILL, tuple("abcdefghi")))
    with pytest.raises(InvalidInput):
        check_details(Details(TITLE, NOTHING, Category.SKILL, ("x" * 31,)))
