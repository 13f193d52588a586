"""What may become of a version of the library, what it must hold, and how two versions differ."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.library.rules import (
    FIRST_VISIT,
    VISIT,
    Content,
    Description,
    EntryFile,
    EntryKind,
    EntryLink,
    VersionStatus,
    VersionStep,
    check_content,
    check_publishable,
    clean_description,
    clean_tags,
    compare,
    content_digest,
    files_from_json,
    files_to_json,
    is_expired,
    links_of,
    links_text,
    new_since,
    next_status,
)
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import LocalizedText
from tests.conftest import NOW

BOTH = LocalizedText(zh="正文", en="Text")
LEGAL = {
    (VersionStatus.DRAFT, VersionStep.EDIT): VersionStatus.DRAFT,
    (VersionStatus.DRAFT, VersionStep.PUBLISH): VersionStatus.PUBLISHED,
    (VersionStatus.PUBLISHED, VersionStep.SUPERSEDE): VersionStatus.SUPERSEDED,
    (VersionStatus.PUBLISHED, VersionStep.RETIRE): VersionStatus.RETIRED,
}


@pytest.mark.parametrize(("status", "step"), list(product(VersionStatus, VersionStep)))
def test_a_version_moves_along_the_listed_arrows_only(status: VersionStatus, step: VersionStep) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


def test_a_text_is_published_in_both_languages_and_a_file_needs_none() -> None:
    check_publishable(Content(BOTH))
    check_publishable(Content(LocalizedText(zh="", en=""), files=(EntryFile("a" * 64, "a.pdf"),)))
    with pytest.raises(InvalidInput) as error:
        check_publishable(Content(LocalizedText(zh="只有中文", en=" ")))
    assert set(error.value.fields) == {"text_en"}
    with pytest.raises(InvalidInput):
        check_publishable(Content(LocalizedText(zh="", en="")))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "http://[",
        "ftp://a.example",
        "x",
    ],
)
def test_a_link_leads_to_the_web_and_nowhere_else(url: str) -> None:
    with pytest.raises(InvalidInput) as error:
        check_content(Content(BOTH, links=(EntryLink(url, "x"),)))
    assert set(error.value.fields) == {"links"}
    check_content(Content(BOTH, links=(EntryLink("https://www.nmpa.gov.cn/", "NMPA"),)))


def test_a_title_is_needed_in_both_languages() -> None:
    with pytest.raises(InvalidInput) as error:
        clean_description(Description(EntryKind.CASE, LocalizedText(zh="案例", en=""), BOTH))
    assert set(error.value.fields) == {"title_en"}


def test_tags_lose_their_spaces_and_repetitions_and_may_not_break_the_column() -> None:
    assert clean_tags([" 招标 ", "招标", "", "key  accounts"]) == ("招标", "key accounts")
    for bad in (["a|b"], ["x" * 41], [str(number) for number in range(13)]):
        with pytest.raises(InvalidInput):
            clean_tags(bad)


def test_it_holds_on_its_last_day_and_no_longer() -> None:
    last = date(2026, 3, 1)
    assert not is_expired(last, last)
    assert is_expired(last, date(2026, 3, 2))
    assert not is_expired(None, date(2099, 1, 1))


def test_new_is_what_came_since_the_visit_before_this_one() -> None:
    assert new_since(None, None, NOW) == NOW - FIRST_VISIT
    last = NOW - timedelta(days=3)
    assert new_since(NOW - timedelta(days=9), last, NOW) == last
    during = NOW - VISIT + timedelta(seconds=1)
    assert new_since(NOW - timedelta(days=9), during, NOW) == NOW - timedelta(days=9)


def test_the_digest_changes_with_anything_a_reader_would_see() -> None:
    contents = [
        Content(BOTH),
        Content(LocalizedText(zh="正文", en="Text.")),
        Content(BOTH, files=(EntryFile("a" * 64, "a.pdf"),)),
        Content(BOTH, links=(EntryLink("https://a.example/", "a"),)),
        Content(BOTH, source="NMPA"),
        Content(BOTH, valid_until=date(2027, 1, 1)),
    ]
    assert len({content_digest(one) for one in contents}) == len(contents)
    files = contents[2].files
    assert files_from_json(files_to_json(files)) == files


def test_links_are_typed_one_a_line_and_come_back_as_typed() -> None:
    typed = "https://a.example/x 条文\nhttps://b.example/"
    assert links_of(typed + "\n\n") == (
        EntryLink("https://a.example/x", "条文"),
        EntryLink("https://b.example/", "https://b.example/"),
    )
    assert links_text(links_of(typed)) == typed


_LINES = st.lists(st.text(alphabet="ab 甲乙", max_size=8), max_size=8).map("\n".join)


@given(_LINES, _LINES)
def test_the_two_sides_of_a_comparison_are_the_two_texts(before: str, after: str) -> None:
    rows = compare(before, after)

    def side(name: str) -> list[str]:
        lines = ["".join(text for _, text in getattr(row, name)) for row in rows]
        return [line for line in lines if line]

    assert side("before") == [line.rstrip() for line in before.splitlines() if line.strip()]
    assert side("after") == [line.rstrip() for line in after.splitlines() if line.strip()]
    assert (before == after) <= all(row.kind == "same" for row in rows)


def test_a_changed_line_says_which_characters_changed() -> None:
    (row,) = compare("罚款十万元以上", "罚款三十万元以上")
    assert row.kind == "changed"
    assert ("added", "三") in row.after
