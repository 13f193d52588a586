"""Questions as rows of a table, and what a file would change in the bank. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NoReturn

from services.training.qti.queries import Item
from services.training.questions.rules import (
    KIND_WORDS,
    QuestionBody,
    QuestionKind,
    body_digest,
    body_from_json,
    body_to_json,
    check_body,
    tidy,
)
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_, LocalizedText, Message
from shared.tabular import Field, Row, Table, match_columns

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_YES = frozenset({"yes", "y", "true", "1", "是", "对"})
_NO = frozenset({"", "no", "n", "false", "0", "否", "不"})
# What a file of ours puts before a text that a spreadsheet could take for a formula (see shared.tabular).
_INERT = re.compile(r"'(?=[=+\-@＝＋－＠])")

COLUMNS = (
    Field("code", ("编号", "Code"), required=False),
    Field("topic", ("主题编号", "Topic code")),
    Field("kind", ("题型", "Kind")),
    Field("points", ("分值", "Points"), required=False),
    Field("text_zh", ("题目（中文）", "Question in Chinese"), required=False),
    Field("text_en", ("题目（英文）", "Question in English"), required=False),
    Field("options_zh", ("选项（中文）", "Options in Chinese"), required=False),
    Field("options_en", ("选项（英文）", "Options in English"), required=False),
    Field("right", ("正确项", "Right options"), required=False),
    Field("partial", ("部分给分", "Marks in part"), required=False),
    Field("value", ("正确数值", "Right number"), required=False),
    Field("tolerance", ("允许误差", "May differ by"), required=False),
    Field("unit_zh", ("单位（中文）", "Unit in Chinese"), required=False),
    Field("unit_en", ("单位（英文）", "Unit in English"), required=False),
    Field("accepted", ("可接受的答案", "Answers that are right"), required=False),
    Field("explanation_zh", ("解析（中文）", "Explanation in Chinese"), required=False),
    Field("explanation_en", ("解析（英文）", "Explanation in English"), required=False),
)
# What a person may write for a kind: our own names, and the words of the pages in both languages.
_KIND_NAMES = {
    "单选题": QuestionKind.SINGLE,
    "多选题": QuestionKind.MULTIPLE,
    "判断题": QuestionKind.TRUE_FALSE,
    "排序题": QuestionKind.ORDERING,
    "数值题": QuestionKind.NUMERIC,
    "简答题": QuestionKind.SHORT_TEXT,
    **{one.value: one for one in QuestionKind},
    **{word.msgid.lower(): one for one, word in KIND_WORDS.items()},
}


class ImportStatus(StrEnum):
    """Where an import stands: looked at, or taken into the bank."""

    CHECKED = "checked"
    APPLIED = "applied"


STATUS_WORDS = {ImportStatus.CHECKED: N_("Checked"), ImportStatus.APPLIED: N_("Imported")}


def next_status(status: ImportStatus) -> ImportStatus:
    """Return the status after it is applied: once."""
    match status:
        case ImportStatus.CHECKED:
            return ImportStatus.APPLIED
        case _:
            raise IllegalTransition(N_("The import"), STATUS_WORDS[status], N_("import"))


class Effect(StrEnum):
    """What a row does to the bank."""

    ADDED = "added"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


EFFECT_WORDS = {
    Effect.ADDED: N_("New"),
    Effect.REVISED: N_("New revision"),
    Effect.UNCHANGED: N_("As it is"),
    Effect.WRONG: N_("Not taken"),
}


@dataclass(frozen=True)
class Entry:
    """One question of a file: `place` is its row, or the name of its item."""

    place: str
    code: str
    topic_code: str
    body: QuestionBody | None
    problems: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Known:
    """A question that is in the bank already."""

    topic_code: str
    digest: str
    retired: bool


@dataclass(frozen=True)
class Planned:
    """What one entry would do now, and if nothing, why."""

    entry: Entry
    effect: Effect
    problems: tuple[Message, ...] = ()


def read_rows(table: Table) -> list[Entry]:
    """Read a table; raise InvalidInput when its columns are not as expected."""
    columns = match_columns(table.headers, COLUMNS)
    return [_read_row(row, columns) for row in table.rows]


def of_items(items: Iterable[Item], topic_code: str) -> list[Entry]:
    """Return the entries of QTI items; those without a topic of their own are for `topic_code`."""
    found = []
    for one in items:
        problems = [one.problem] if one.problem else []
        body = tidy(one.body) if one.body else None
        if body is not None:
            problems += _problems_of(body)
        code = one.topic_code or topic_code
        found.append(Entry(one.name, one.code, code, None if problems else body, tuple(problems)))
    return found


def plan(
    entries: Sequence[Entry],
    topics: Iterable[str],
    by_code: Mapping[str, Known],
    digests: Iterable[tuple[str, str]],
) -> list[Planned]:
    """Say what each entry does: `by_code` what is in the bank, `digests` its (topic code, digest) pairs.

    An entry without a code is the question that reads the same in its topic, if there is one. The same file
    again is thus unchanged all through.
    """
    topics, same, seen = set(topics), set(digests), set[str]()
    planned = []
    for one in entries:
        planned.append(_plan_one(one, topics, by_code, same, seen))
        if one.code:
            seen.add(one.code)
        if planned[-1].effect is Effect.ADDED and one.body is not None:
            same.add((one.topic_code, body_digest(one.body)))
    return planned


def _plan_one(
    one: Entry,
    topics: set[str],
    by_code: Mapping[str, Known],
    same: set[tuple[str, str]],
    seen: set[str],
) -> Planned:
    if one.body is None:
        return Planned(one, Effect.WRONG, one.problems)
    if one.topic_code not in topics:
        said = N_("There is no topic with the code “%(code)s”; add it first", code=one.topic_code)
        return Planned(one, Effect.WRONG, (said,))
    if one.code and one.code in seen:
        return Planned(one, Effect.WRONG, (N_("This code stands in the file already"),))
    digest, known = body_digest(one.body), by_code.get(one.code)
    if known is None:
        is_there = not one.code and (one.topic_code, digest) in same
        return Planned(one, Effect.UNCHANGED if is_there else Effect.ADDED)
    if known.topic_code != one.topic_code:
        said = N_("This code belongs to a question of the topic “%(code)s”", code=known.topic_code)
        return Planned(one, Effect.WRONG, (said,))
    if known.digest == digest:
        return Planned(one, Effect.UNCHANGED)
    if known.retired:
        return Planned(one, Effect.WRONG, (N_("This question is retired"),))
    return Planned(one, Effect.REVISED)


def row_of(code: str, topic_code: str, body: QuestionBody) -> list[object]:
    """Return a question as a row with the cells of COLUMNS: the inverse of reading it."""
    return [
        code,
        topic_code,
        body.kind.value,
        body.points,
        body.text.zh,
        body.text.en,
        "\n".join(one.zh for one in body.options),
        "\n".join(one.en for one in body.options),
        _right_cell(body),
        "yes" if body.partial else "",
        body.value,
        body.tolerance if body.value is not None else None,
        body.unit.zh,
        body.unit.en,
        "\n".join(body.accepted),
        body.explanation.zh,
        body.explanation.en,
    ]


def entries_to_json(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the form in which a file's entries are kept between looking and importing."""
    return [
        {
            "place": one.place,
            "code": one.code,
            "topic": one.topic_code,
            "body": None if one.body is None else body_to_json(one.body),
            "problems": [[said.msgid, {name: str(value) for name, value in said.params.items()}]
                         for said in one.problems],
        }
        for one in entries
    ]  # fmt: skip


def entries_from_json(stored: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Read it back."""
    return [
        Entry(
            one["place"],
            one["code"],
            one["topic"],
            None if one["body"] is None else body_from_json(one["body"]),
            tuple(Message(msgid, params) for msgid, params in one["problems"]),
        )
        for one in stored
    ]


def _read_row(row: Row, columns: Mapping[str, int]) -> Entry:
    cells = {name: _INERT.sub("", row.cells[index]) for name, index in columns.items()}
    code, topic = cells.get("code", "").lower(), cells["topic"].lower()
    problems: list[Message] = []
    if code and not CODE.fullmatch(code):
        problems.append(N_("A code has small letters, digits and hyphens only"))
    body: QuestionBody | None = None
    try:
        body = tidy(_body_of(cells))
        problems += _problems_of(body)
    except InvalidInput as error:
        problems += [said for some in error.fields.values() for said in some]
    return Entry(str(row.number), code, topic, None if problems else body, tuple(problems))


def _problems_of(body: QuestionBody) -> list[Message]:
    try:
        check_body(body)
    except InvalidInput as error:
        return [said for some in error.fields.values() for said in some]
    return []


def _body_of(cells: Mapping[str, str]) -> QuestionBody:
    kind = _KIND_NAMES.get(cells["kind"].lower())
    if kind is None:
        _refuse("kind", N_("“%(kind)s” is not a kind of question", kind=cells["kind"][:40]))
    zh, en = _lines(cells, "options_zh"), _lines(cells, "options_en")
    if zh and en and len(zh) != len(en):
        _refuse("options_en", N_("There are not as many options in both languages"))
    width = max(len(zh), len(en))
    pairs = zip(zh or [""] * width, en or [""] * width, strict=True)
    return QuestionBody(
        kind=kind,
        text=_both(cells, "text"),
        options=tuple(LocalizedText(zh=one, en=other) for one, other in pairs),
        right=_right_of(cells.get("right", ""), kind),
        partial=_is_yes(cells.get("partial", "")),
        value=_number(cells, "value"),
        tolerance=_number(cells, "tolerance") or Decimal(0),
        unit=_both(cells, "unit"),
        accepted=tuple(_lines(cells, "accepted")),
        explanation=_both(cells, "explanation"),
        points=_points(cells.get("points", "")),
    )


def _right_of(text: str, kind: QuestionKind) -> tuple[int, ...]:
    if kind is QuestionKind.TRUE_FALSE and text.strip():
        if text.lower() in _YES:
            return (0,)
        if text.lower() in _NO | {"2", "错"}:
            return (1,)
    numbers = [one for one in re.split(r"[\s,，、;；]+", text.strip()) if one]
    if any(not re.fullmatch(r"[1-9]\d?", one, re.ASCII) for one in numbers):
        _refuse("right", N_("The right options are numbers, 1 for the first: 1, 3"))
    return tuple(sorted(int(one) - 1 for one in numbers))


def _right_cell(body: QuestionBody) -> str:
    if body.kind is QuestionKind.TRUE_FALSE:
        return "true" if body.right == (0,) else "false"
    return ", ".join(str(one + 1) for one in body.right)


def _is_yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        _refuse("partial", N_("Write yes or no for marks in part"))
    return text.lower() in _YES


def _points(text: str) -> int:
    if not re.fullmatch(r"\d{0,3}", text, re.ASCII):
        _refuse("points", N_("The points are a whole number"))
    return int(text or 1)


def _number(cells: Mapping[str, str], name: str) -> Decimal | None:
    text = cells.get(name, "").replace(",", "")
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        _refuse(name, N_("This is not a number"))


def _lines(cells: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in cells.get(name, "").splitlines() if line.strip()]


def _both(cells: Mapping[str, str], name: str) -> LocalizedText:
    return LocalizedText(zh=cells.get(f"{name}_zh", ""), en=cells.get(f"{name}_en", ""))


def _refuse(field: str, said: Message) -> NoReturn:
    raise InvalidInput(said, fields={field: [said]})
