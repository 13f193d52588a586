"""What a question is, and when it may stand in the bank. Pure."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import cattrs

from services.training.parts.rules import Blueprint
from shared.core.canonical import canonical_json, to_plain
from shared.core.errors import InvalidInput
from shared.core.text import N_, LocalizedText, Message

# Which options were chosen is kept as bits of one integer, and nobody weighs more than this anyway.
MAX_OPTIONS = 10
MAX_TEXT = 1_000
MAX_OPTION = 300
MAX_ACCEPTED = 20
MAX_POINTS = 10
# Numbers up to a trillion with six decimals: enough for anything measured, exact in every database.
LARGEST = Decimal(10) ** 12
FINEST = Decimal("0.000001")


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    ORDERING = "ordering"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"


KIND_WORDS = {
    QuestionKind.SINGLE: N_("Single choice"),
    QuestionKind.MULTIPLE: N_("Multiple choice"),
    QuestionKind.TRUE_FALSE: N_("True or false"),
    QuestionKind.ORDERING: N_("Put in order"),
    QuestionKind.NUMERIC: N_("Numeric answer"),
    QuestionKind.SHORT_TEXT: N_("Short text"),
}
WITH_OPTIONS = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.ORDERING})
TRUE_FALSE_WORDS = (N_("True"), N_("False"))


class Feedback(StrEnum):
    """What a learner is told about the questions of a topic after handing in; the key never."""

    SCORE = "score"
    MARKS = "marks"
    EXPLANATIONS = "explanations"


FEEDBACK_WORDS = {
    Feedback.SCORE: N_("Only the score"),
    Feedback.MARKS: N_("Which questions were right"),
    Feedback.EXPLANATIONS: N_("Which questions were right, with the explanations"),
}

NOTHING = LocalizedText(zh="", en="")


@dataclass(frozen=True)
class QuestionBody:
    """Everything about a question that a learner sees or that decides its mark.

    `right` holds the indices of the right options: one for single, several for multiple, 0 (true) or 1 (false)
    for true_false. The options of ordering stand in their right order. `partial`: a multiple choice earns
    (right ones chosen - wrong ones chosen) / right ones, at least nothing, instead of all or nothing.
    A number is right within `tolerance` of `value`. A text in one language only is shown in that language.
    """

    kind: QuestionKind
    text: LocalizedText
    options: tuple[LocalizedText, ...] = ()
    right: tuple[int, ...] = ()
    partial: bool = False
    value: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    unit: LocalizedText = NOTHING
    accepted: tuple[str, ...] = ()
    explanation: LocalizedText = NOTHING
    points: int = 1


@dataclass(frozen=True)
class Poolable:
    """A revision that may be drawn, with the topic it is drawn for."""

    revision_id: UUID
    topic_id: UUID


def tidy(body: QuestionBody) -> QuestionBody:
    """Return the question with single spaces and no line ends in its texts: the same from a form and every file."""
    return replace(
        body,
        text=_tidied(body.text),
        options=tuple(_tidied(one) for one in body.options),
        unit=_tidied(body.unit),
        accepted=tuple(" ".join(one.split()) for one in body.accepted),
        explanation=_tidied(body.explanation),
        value=None if body.value is None else _plain_number(body.value),
        tolerance=_plain_number(body.tolerance),
    )


def _tidied(text: LocalizedText) -> LocalizedText:
    return LocalizedText(zh=" ".join(text.zh.split()), en=" ".join(text.en.split()))


def _plain_number(number: Decimal) -> Decimal:
    """Return the number without zeros at its end or an exponent: 12.50 and 12.5 are one."""
    if not number.is_finite():
        return number
    return Decimal(format(number.normalize() + 0, "f")) if abs(number) < LARGEST else number


def check_body(body: QuestionBody) -> None:
    """Raise InvalidInput, naming every problem by its field, unless the question can be asked and graded."""
    problems: dict[str, list[Message]] = {}
    if not body.text.zh and not body.text.en:
        problems["text_zh"] = [N_("Write the question in at least one language")]
    if max(len(body.text.zh), len(body.text.en)) > MAX_TEXT:
        problems["text_zh"] = [N_("At most %(n)s characters.", n=MAX_TEXT)]
    if not 1 <= body.points <= MAX_POINTS:
        problems["points"] = [N_("A question counts 1 to %(most)s points", most=MAX_POINTS)]
    problems |= _option_problems(body) | _key_problems(body)
    if problems:
        raise InvalidInput(N_("The question cannot be used like this"), fields=problems)


def _option_problems(body: QuestionBody) -> dict[str, list[Message]]:
    if body.kind not in WITH_OPTIONS:
        return {"options": [N_("This kind of question has no options")]} if body.options else {}
    if not 2 <= len(body.options) <= MAX_OPTIONS:
        return {"options": [N_("A question of this kind has 2 to %(most)s options", most=MAX_OPTIONS)]}
    for locale in ("zh", "en"):
        texts = [getattr(one, locale).strip() for one in body.options]
        if bool(getattr(body.text, locale)) != all(texts) or (any(texts) and not all(texts)):
            return {"options": [N_("Write the question and all its options in the same languages")]}
        if any(texts) and len(set(texts)) < len(texts):
            return {"options": [N_("Two options are the same")]}
        if any(len(text) > MAX_OPTION for text in texts):
            return {"options": [N_("An option has at most %(n)s characters", n=MAX_OPTION)]}
    return {}


def _key_problems(body: QuestionBody) -> dict[str, list[Message]]:
    match body.kind:
        case QuestionKind.SINGLE:
            wrong = len(body.right) != 1 or not 0 <= body.right[0] < len(body.options)
            return {"right": [N_("Mark the one option that is right")]} if wrong else {}
        case QuestionKind.MULTIPLE:
            marked = set(body.right)
            wrong = not marked or len(marked) != len(body.right) or not marked < set(range(len(body.options)))
            return (
                {"right": [N_("Mark the options that are right: at least one, and not all")]} if wrong else {}
            )
        case QuestionKind.TRUE_FALSE:
            wrong = body.right not in ((0,), (1,))
            return {"right": [N_("Say whether the statement is true or false")]} if wrong else {}
        case QuestionKind.ORDERING:
            return {"right": [N_("The options are written in their right order")]} if body.right else {}
        case QuestionKind.NUMERIC:
            return _number_problems(body)
        case QuestionKind.SHORT_TEXT:
            return _words_problems(body)


def _number_problems(body: QuestionBody) -> dict[str, list[Message]]:
    problems = {}
    if body.value is None or not _is_plain(body.value):
        problems["value"] = [N_("Write the right number, with at most six decimals")]
    if not _is_plain(body.tolerance) or body.tolerance < 0:
        problems["tolerance"] = [N_("Write by how much an answer may differ: 0 or more")]
    return problems


def _words_problems(body: QuestionBody) -> dict[str, list[Message]]:
    if not 1 <= len(body.accepted) <= MAX_ACCEPTED:
        return {"accepted": [N_("Write 1 to %(most)s answers that are right, one a line", most=MAX_ACCEPTED)]}
    if any(not one.strip() or len(one) > MAX_OPTION for one in body.accepted):
        return {"accepted": [N_("An option has at most %(n)s characters", n=MAX_OPTION)]}
    return {}


def _is_plain(number: Decimal) -> bool:
    return number.is_finite() and abs(number) < LARGEST and number == number.quantize(FINEST)


def body_to_json(body: QuestionBody) -> dict[str, Any]:
    """Return the form in which a question is stored: numbers as text, so that they stay exact."""
    plain: dict[str, Any] = to_plain(body)
    return plain


def body_from_json(stored: Mapping[str, Any]) -> QuestionBody:
    """Read it back."""
    return _CONVERTER.structure(stored, QuestionBody)


def body_digest(body: QuestionBody) -> str:
    """Return the SHA-256, in hex, by which the log knows a revision's content."""
    return hashlib.sha256(canonical_json(body)).hexdigest()


def words_of(code: str, body: QuestionBody) -> str:
    """Return what a search in the bank looks through, in lower case."""
    texts = [code, body.text.zh, body.text.en]
    texts += [text for one in body.options for text in (one.zh, one.en)]
    return "\n".join(text for text in texts if text).lower()


def fill_pool(blueprint: Blueprint, current: Sequence[Poolable]) -> Blueprint:
    """Return the blueprint with every revision that its draws may draw; `current` holds those of its topics.

    Raises InvalidInput when nothing is drawn, a topic is drawn twice, or has fewer questions than are drawn.
    """
    if not blueprint.draws or any(draw.count < 1 for draw in blueprint.draws):
        raise InvalidInput(
            N_("Say how many questions are drawn from which topic"),
            fields={"draws": [N_("Say how many questions are drawn from which topic")]},
        )
    there = Counter(one.topic_id for one in current)
    if len({draw.topic_id for draw in blueprint.draws}) < len(blueprint.draws):
        said = N_("A topic is drawn from once")
        raise InvalidInput(said, fields={"draws": [said]})
    for draw in blueprint.draws:
        if there[draw.topic_id] < draw.count:
            said = N_(
                "%(count)s questions are to be drawn, but the topic has only %(there)s",
                count=draw.count,
                there=there[draw.topic_id],
            )
            raise InvalidInput(said, fields={"draws": [said]})
    topics = {draw.topic_id for draw in blueprint.draws}
    pool = sorted(one.revision_id for one in current if one.topic_id in topics)
    return replace(blueprint, pool=tuple(pool))


_CONVERTER = cattrs.Converter(forbid_extra_keys=True)
_CONVERTER.register_structure_hook(LocalizedText, lambda value, _: LocalizedText(**value))
_CONVERTER.register_structure_hook(Decimal, lambda value, _: Decimal(value))
