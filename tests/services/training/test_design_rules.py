"""What may stand on a certificate, and how it is filled in: no database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from services.training.designs.rules import (
    STANDARD,
    DesignStatus,
    DesignStep,
    Placeholder,
    Signatory,
    check_content,
    content_digest,
    content_from_json,
    content_to_json,
    contrast_with_white,
    fill,
    next_status,
)
from services.training.printing.rules import LANGUAGES, Printed, data_of, day_text, form_of, sheet_of
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import LocalizedText

PRINTED = Printed(
    UUID(int=1), "GS-2345-6789-ABCD", 1, "李薇", "GS00042", LocalizedText(zh="产品知识", en="Product knowledge"), 3, 92,
    datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2), date(2026, 3, 2), date(2027, 3, 2), None,
)  # fmt: skip


def both(text: str) -> LocalizedText:
    return LocalizedText(zh=text, en=text)


def test_the_standard_design_can_be_printed_and_never_changes() -> None:
    check_content(STANDARD)
    # Documents that were issued rest on it: whoever changes it makes another design.
    assert content_digest(STANDARD) == "94494ec1a37bb6bd7e6220a16bbaf1c8c0f46a5cf054717f4a60a8bbc68f75bd"


def test_a_design_survives_being_kept_as_json() -> None:
    content = replace(STANDARD, logo="a" * 64, signatories=(Signatory(both("王"), both("总监")),))
    assert content_from_json(content_to_json(content)) == content


@pytest.mark.parametrize(
    ("name", "text", "field", "said"),
    [
        ("statement", "{holder} {salary}", "statement_zh", "{salary}"),
        ("statement", "{score} 分", "statement_zh", "{score}"),
        ("scored", "{ score }", "scored_en", "{ score }"),
        ("scored", "{number", "scored_zh", "brace"),
        ("scored", "number}", "scored_en", "brace"),
        ("scored", "{{number}}", "scored_en", "brace"),
        ("scored", "{number.__class__}", "scored_zh", "no placeholder"),
        ("heading", "{holder}", "heading_en", "No placeholders"),
        ("heading", "", "heading_zh", "both languages"),
        ("statement", "长" * 100, "statement_zh", "too long"),
        ("brand", "a\x00b", "brand_en", "one line"),
        ("note", "a\u202eb", "note_en", "one line"),
    ],
)
def test_a_text_that_cannot_be_printed_is_named_beside_its_field(
    name: str, text: str, field: str, said: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_content(replace(STANDARD, **{name: both(text)}))
    assert said in " ".join(map(str, caught.value.fields[field]))


@pytest.mark.parametrize("colour", ["red", "#fff", "#27469", "#274690;}", "url(x)", "#ffffff", "#f2c94c", ""])
def test_a_colour_that_is_none_or_too_light_is_refused(colour: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_content(replace(STANDARD, accent=colour))
    assert list(caught.value.fields) == ["accent"]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_with_white("#ffffff") == pytest.approx(1.0)
    assert contrast_with_white("#000000") == pytest.approx(21.0)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_a_signatory_is_named_in_both_languages() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_content(replace(STANDARD, signatories=(Signatory(LocalizedText("王", ""), both("总监")),)))
    assert list(caught.value.fields) == ["name_en-1"]


@given(st.text(max_size=60))
def test_whatever_is_typed_is_refused_or_printed_as_text(text: str) -> None:
    content = replace(STANDARD, statement=both(text), scored=both(text), note=both(text))
    try:
        check_content(content)
    except InvalidInput:
        return
    sheet = sheet_of(PRINTED, content, "both", "https://x.example")
    form = form_of(content, "both")
    for html in (sheet.body, form.background):
        assert "<script" not in html
    if "{" not in text:
        assert str(escape(text)) in sheet.body


def test_markup_in_a_text_or_a_name_is_printed_and_not_obeyed() -> None:
    evil = '<img src="http://x/y">&<style>*{}</style>'
    content = replace(STANDARD, brand=both(evil), heading=both(evil), note=both(evil))
    assert evil not in form_of(content, "both").background
    sheet = sheet_of(
        replace(PRINTED, holder_name=evil, title=both(evil)), STANDARD, "both", "https://x.example"
    )
    assert "<img" not in sheet.body
    assert "<style" not in sheet.body


def test_every_placeholder_is_filled_in_and_nothing_else() -> None:
    text = "".join(f"{{{one.value}}}" for one in Placeholder)
    values = {one: f"<{one.value}>" for one in Placeholder}
    assert fill(text, values) == "".join(values.values())
    assert fill("{number} of {holder}", {**values, Placeholder.HOLDER: "{number}"}) == "<number> of {number}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_says_what_the_certificate_says_in_its_language(language: str) -> None:
    sheet = sheet_of(PRINTED, STANDARD, language, "https://x.example")
    assert "李薇" in sheet.body
    assert ("产品知识" in sheet.body) == (language != "en")
    assert ("Product knowledge" in sheet.body) == (language != "zh")
    assert ("成绩 92 分" in sheet.body) == (language != "en")
    assert ("2 March 2027" in sheet.body) == (language != "zh")
    assert sheet.code is not None
    assert sheet.code.text == "https://x.example/training/verify/GS-2345-6789-ABCD"


def test_a_certificate_without_score_or_end_says_so() -> None:
    endless = replace(PRINTED, score=None, valid_until=None)
    body = sheet_of(endless, STANDARD, "both", "https://x.example").body
    assert "成绩" not in body
    assert "长期有效" in body
    assert "No expiry" in body


def test_the_data_is_canonical_and_says_the_same() -> None:
    data = data_of(PRINTED, "both", "https://x.example")
    assert data == data_of(PRINTED, "both", "https://x.example")
    assert b'"holder":{"employee_no":"GS00042","name":"\xe6\x9d\x8e\xe8\x96\x87"}' in data
    assert b": " not in data


def test_days_are_written_as_people_write_them() -> None:
    assert day_text(date(2026, 3, 2), "zh") == "2026 年 3 月 2 日"
    assert day_text(date(2026, 3, 2), "en") == "2 March 2026"


def test_a_version_that_was_published_is_only_ever_retired() -> None:
    legal = {
        (DesignStatus.DRAFT, DesignStep.EDIT): DesignStatus.DRAFT,
        (DesignStatus.DRAFT, DesignStep.PUBLISH): DesignStatus.PUBLISHED,
        (DesignStatus.PUBLISHED, DesignStep.RETIRE): DesignStatus.RETIRED,
    }
    for status in DesignStatus:
        for step in DesignStep:
            if (status, step) in legal:
                assert next_status(status, step) is legal[status, step]
            else:
                with pytest.raises(IllegalTransition):
                    next_status(status, step)
