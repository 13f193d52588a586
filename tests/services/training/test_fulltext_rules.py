"""How text becomes terms, what a query asks for, and what is marked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.fulltext.rules import (
    MAX_QUERY,
    PASSAGE,
    Phrase,
    highlight,
    index_text,
    passages_of,
    phrases_of,
    plain_text,
    snippet,
    stem,
    terms_of,
)


def finds(query: str, text: str) -> bool:
    """Say what an index that holds the text's terms in order would answer."""
    terms = index_text(text).split()
    phrases = phrases_of(query)
    return bool(phrases) and all(_has(terms, phrase) for phrase in phrases)


def _has(terms: list[str], phrase: Phrase) -> bool:
    *leading, last = phrase.codes
    for start in range(len(terms) - len(leading)):
        code = terms[start + len(leading)]
        ends = code.startswith(last) if phrase.open_end else code == last
        if ends and terms[start : start + len(leading)] == leading:
            return True
    return False


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("回扣", "给予采购人员回扣属于商业贿赂", True),
        ("扣属", "给予采购人员回扣属于商业贿赂", True),
        ("商业贿赂", "不得商业贿赂", True),
        ("商业贿赂", "商业往来中的贿赂", False),
        ("回", "收回", True),
        ("收", "收回", True),
        ("回扣", "收回。扣除", False),
        ("贿赂 采购", "采购环节的贿赂", True),
        ("贿赂 招标", "采购环节的贿赂", False),
        ("CT机", "新一代 CT机 发布", True),
        ("ＣＴ机", "ct机", True),
        ("CT机", "CT 与机架", False),
        ("回CT", "返回CT室", True),
        ("2025年", "自2025年起施行", True),
        ("kickbacks", "a kickback is a bribe", True),
        ("bribe", "bribes and bribing; bribed", True),
        ("policy", "Policies", True),
        ("covid-19", "COVID-19 tests", True),
        ("covid-19", "19 covid tests", False),
        ("resume", "a résumé", True),
        ("𠮷田", "𠮷田医院", True),
        ("", "anything", False),
        ('"*^():-', "anything", False),
    ],
)
def test_a_query_finds_a_text_when_each_of_its_pieces_stands_in_it(
    query: str, text: str, found: bool
) -> None:
    assert finds(query, text) is found


@given(
    st.text(alphabet="回扣商业贿赂ab ，1", min_size=1, max_size=30),
    st.integers(0, 30),
    st.integers(1, 10),
)
def test_any_piece_of_chinese_is_found_in_the_text_it_was_cut_from(text: str, start: int, size: int) -> None:
    piece = text[start : start + size]
    if re.fullmatch(r"[回扣商业贿赂]+", piece):
        assert finds(piece, text)


@given(st.text(max_size=300))
def test_whatever_is_typed_only_letters_and_digits_reach_the_index(query: str) -> None:
    phrases = phrases_of(query)
    assert len(phrases) <= 8
    for phrase in phrases:
        assert phrase.codes
        assert all(re.fullmatch(r"[a-z0-9]+", code) for code in phrase.codes)
        assert sum(len(code) for code in phrase.codes) <= 30 * MAX_QUERY


@given(st.text(max_size=200), st.text(max_size=20))
def test_marking_changes_no_character_of_the_text(text: str, query: str) -> None:
    assert "".join(one.text for one in highlight(text, phrases_of(query))) == text


@given(st.text(max_size=200))
def test_every_term_stands_where_it_says(text: str) -> None:
    last = 0
    for term in terms_of(text):
        assert 0 <= term.start < term.end <= len(text)
        assert term.start >= last
        last = term.start


def test_only_what_was_looked_for_is_marked() -> None:
    hits = [one.text for one in highlight("返回扣款；回扣", phrases_of("回扣")) if one.hit]
    assert hits == ["回扣", "回扣"]
    assert [one.text for one in highlight("收回款项，回访", phrases_of("回")) if one.hit] == ["回", "回"]
    assert [one.text for one in highlight("No Kickbacks!", phrases_of("kickback")) if one.hit] == [
        "Kickbacks"
    ]


def test_a_snippet_shows_the_place_in_a_long_text() -> None:
    text = "前" * 500 + "回扣" + "后" * 500
    shown = snippet(text, phrases_of("回扣"))
    assert [one.text for one in shown if one.hit] == ["回扣"]
    assert shown[0].text == shown[-1].text == "…"
    assert len("".join(one.text for one in shown)) < 200


@given(st.lists(st.text(alphabet="甲乙丙 \n", max_size=1_500), max_size=5))
def test_passages_are_short_and_lose_nothing(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    passages = passages_of(text)
    assert all(0 < len(one) <= PASSAGE + 2 for one in passages)
    assert set("".join(passages)) >= set(text) - set(" \n")


def test_a_phrase_over_the_seam_of_two_passages_is_in_one_of_them() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(3_000))
    for start in range(0, 2_950, 50):
        assert any(finds(text[start : start + 40], one) for one in passages_of(text))


def test_marks_of_markdown_do_not_part_a_word() -> None:
    assert plain_text("# 标题\n\n- **商业**贿赂，见[条文](https://a.example/x)") == "标题\n\n商业贿赂，见条文"


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("hospitals", "hospital"),
        ("policies", "policy"),
        ("stopping", "stops"),
        ("creating", "creates"),
        ("devices", "device"),
        ("training", "trained"),
    ],
)
def test_forms_of_an_english_word_are_one_term(word: str, same: str) -> None:
    assert stem(word) == stem(same)


def test_different_words_stay_different() -> None:
    assert len({stem(one) for one in ("class", "virus", "sing", "red", "use", "gas", "kickback")}) == 7
