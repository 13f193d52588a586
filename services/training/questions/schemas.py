"""The bank at the edge: JSON, forms, and a question as a learner sees it."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import fields, validate

from services.training.analysis.rules import Flag, ItemFigures
from services.training.questions.queries import Held
from services.training.questions.rules import (
    MAX_ACCEPTED,
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_POINTS,
    MAX_TEXT,
    NOTHING,
    TRUE_FALSE_WORDS,
    WITH_OPTIONS,
    Feedback,
    QuestionBody,
    QuestionKind,
)
from shared.core.errors import InvalidInput
from shared.core.text import N_, LocalizedText
from shared.web.i18n import locale_code, say
from shared.web.validation import CursorQuerySchema, Instant, Integer, Localized, Schema, Text

KINDS = [one.value for one in QuestionKind]
FEEDBACKS = [one.value for one in Feedback]
_CODE = validate.Regexp(r"^[a-z0-9][a-z0-9_-]{0,59}\Z", error="Not one of the possible values.")
_NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?\Z"


class QuestionTopicSchema(Schema):
    """A topic of the bank; `questions` counts those that are not retired."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    title = Localized(required=True)
    feedback = fields.String(required=True, validate=validate.OneOf(FEEDBACKS))
    questions = Integer(required=True)


class QuestionTopicListSchema(Schema):
    """All topics: there are dozens."""

    items = fields.List(fields.Nested(QuestionTopicSchema), required=True)


class NewQuestionTopicSchema(Schema):
    """A topic to add; `feedback`: what its learners are told after handing in."""

    code = fields.String(required=True, validate=_CODE)
    title = Localized(required=True)
    feedback = fields.String(load_default=Feedback.EXPLANATIONS.value, validate=validate.OneOf(FEEDBACKS))


class QuestionBodySchema(Schema):
    """A question with its key: `right` holds indices of options from 0, for true_false 0 (true) or 1 (false);
    the options of ordering stand in their right order; `value` and `tolerance` are decimal numbers as text."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    text = Localized(MAX_TEXT, required=True)
    options = fields.List(Localized(MAX_OPTION), load_default=list, validate=validate.Length(max=MAX_OPTIONS))
    right = fields.List(
        Integer(strict=True, validate=validate.Range(0, MAX_OPTIONS - 1)),
        load_default=list,
        validate=validate.Length(max=MAX_OPTIONS),
    )
    partial_marks = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    value = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(_NUMBER))
    tolerance = fields.String(load_default="0", validate=validate.Regexp(_NUMBER))
    unit = Localized(40, load_default=None, allow_none=True)
    accepted = fields.List(Text(MAX_OPTION), load_default=list, validate=validate.Length(max=MAX_ACCEPTED))
    explanation = Localized(2_000, load_default=None, allow_none=True)
    points = Integer(load_default=1, strict=True, validate=validate.Range(1, MAX_POINTS))


class NewQuestionSchema(QuestionBodySchema):
    """A question to add to a topic; without a code it is given one."""

    topic_id = fields.UUID(required=True)
    code = fields.String(load_default=None, allow_none=True, validate=_CODE)


class QuestionSchema(QuestionBodySchema):
    """A question as it reads now."""

    id = fields.UUID(required=True)
    topic_id = fields.UUID(required=True)
    code = fields.String(required=True)
    revision_id = fields.UUID(required=True)
    revision = Integer(required=True)
    retired_at = Instant(required=True, allow_none=True)


class QuestionQuerySchema(CursorQuerySchema):
    """Which questions to list."""

    topic_id = fields.UUID(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    text = Text(100, load_default=None)
    retired = fields.Boolean(load_default=False)


class QuestionFiguresSchema(Schema):
    """How a question fares: see the item analysis page; null where there is nothing to say yet."""

    question_id = fields.UUID(required=True)
    answers = Integer(required=True)
    difficulty = fields.Float(required=True, allow_none=True)
    discrimination = fields.Float(required=True, allow_none=True)
    chosen = fields.List(Integer(), required=True)
    flags = fields.List(fields.String(validate=validate.OneOf([one.value for one in Flag])), required=True)


class TopicFormSchema(Schema):
    """The form of a topic."""

    code = fields.String(required=True, validate=_CODE)
    title_zh = Text(80, required=True)
    title_en = Text(80, required=True)
    feedback = fields.String(required=True, validate=validate.OneOf(FEEDBACKS))


def body_of_json(data: dict[str, Any]) -> QuestionBody:
    """Return the question that a valid document describes."""
    return QuestionBody(
        kind=QuestionKind(data["kind"]),
        text=data["text"],
        options=tuple(data["options"]),
        right=tuple(data["right"]),
        partial=data["partial_marks"],
        value=None if data["value"] is None else Decimal(data["value"]),
        tolerance=Decimal(data["tolerance"]),
        unit=data["unit"] or NOTHING,
        accepted=tuple(data["accepted"]),
        explanation=data["explanation"] or NOTHING,
        points=data["points"],
    )


def question_json(held: Held) -> dict[str, Any]:
    """Return what QuestionSchema writes."""
    question, body = held.question, held.revision.body
    return {
        "id": question.id,
        "topic_id": question.topic_id,
        "code": question.code,
        "revision_id": held.revision.id,
        "revision": held.revision.number,
        "retired_at": question.retired_at,
        "kind": body.kind,
        "text": body.text,
        "options": list(body.options),
        "right": list(body.right),
        "partial_marks": body.partial,
        "value": None if body.value is None else format(body.value, "f"),
        "tolerance": format(body.tolerance, "f"),
        "unit": None if body.unit == NOTHING else body.unit,
        "accepted": list(body.accepted),
        "explanation": None if body.explanation == NOTHING else body.explanation,
        "points": body.points,
    }


def figures_json(question_id: Any, figures: ItemFigures | None) -> dict[str, Any]:
    """Return what QuestionFiguresSchema writes."""
    return {
        "question_id": question_id,
        "answers": figures.n if figures else 0,
        "difficulty": figures.difficulty if figures else None,
        "discrimination": figures.discrimination if figures else None,
        "chosen": list(figures.chosen) if figures else [],
        "flags": list(figures.flags) if figures else [],
    }


def form_schema(kind: QuestionKind, rows: int) -> Schema:
    """Return the schema of the form for a question of that kind, with room for so many options."""
    wanted: dict[str, fields.Field[Any]] = {
        "code": fields.String(load_default=None, validate=_CODE),
        "text_zh": Text(MAX_TEXT, load_default=""),
        "text_en": Text(MAX_TEXT, load_default=""),
        "explanation_zh": Text(2_000, load_default=""),
        "explanation_en": Text(2_000, load_default=""),
        "points": Integer(required=True, validate=validate.Range(1, MAX_POINTS)),
    }
    if kind in WITH_OPTIONS:
        for number in range(1, rows + 1):
            wanted[f"option_zh-{number}"] = Text(MAX_OPTION, load_default="")
            wanted[f"option_en-{number}"] = Text(MAX_OPTION, load_default="")
    if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE):
        wanted["right"] = fields.List(Integer(validate=validate.Range(1, MAX_OPTIONS)), load_default=list)
    if kind is QuestionKind.MULTIPLE:
        wanted["partial_marks"] = fields.Boolean(load_default=False)
    if kind is QuestionKind.NUMERIC:
        wanted |= {name: Text(30, load_default="") for name in ("value", "tolerance")}
        wanted |= {name: Text(40, load_default="") for name in ("unit_zh", "unit_en")}
    if kind is QuestionKind.SHORT_TEXT:
        wanted["accepted"] = Text(4_000, load_default="")
    schema = Schema.from_dict(wanted, name="QuestionFormSchema")()
    assert isinstance(schema, Schema)
    return schema


def body_of_form(kind: QuestionKind, data: dict[str, Any], rows: int) -> QuestionBody:
    """Return the question that a valid form describes; an option without any text is left out.

    Raises InvalidInput for a number that is none, or a mark at an option without text.
    """
    options, kept = [], []
    for number in range(1, rows + 1 if kind in WITH_OPTIONS else 1):
        option = LocalizedText(zh=data[f"option_zh-{number}"], en=data[f"option_en-{number}"])
        if option.zh or option.en:
            options.append(option)
            kept.append(number)
    right = data.get("right", [])
    if kind in WITH_OPTIONS and not set(right) <= set(kept):
        said = N_("The option marked as right has no text")
        raise InvalidInput(said, fields={"right": [said]})
    places = [kept.index(one) if kind in WITH_OPTIONS else one - 1 for one in right]
    return QuestionBody(
        kind=kind,
        text=LocalizedText(zh=data["text_zh"], en=data["text_en"]),
        options=tuple(options),
        right=tuple(sorted(places)),
        partial=data.get("partial_marks", False),
        value=_number("value", data["value"]) if kind is QuestionKind.NUMERIC else None,
        tolerance=_number("tolerance", data.get("tolerance") or "0"),
        unit=LocalizedText(zh=data.get("unit_zh", ""), en=data.get("unit_en", "")),
        accepted=tuple(line.strip() for line in data.get("accepted", "").splitlines() if line.strip()),
        explanation=LocalizedText(zh=data["explanation_zh"], en=data["explanation_en"]),
        points=data["points"],
    )


def form_values(code: str, body: QuestionBody) -> dict[str, Any]:
    """Return what the form of a question shows at first: the inverse of body_of_form."""
    values: dict[str, Any] = {
        "code": code,
        "text_zh": body.text.zh,
        "text_en": body.text.en,
        "explanation_zh": body.explanation.zh,
        "explanation_en": body.explanation.en,
        "points": body.points,
        "right": [str(one + 1) for one in body.right],
        "partial_marks": body.partial,
        "value": "" if body.value is None else format(body.value, "f"),
        "tolerance": format(body.tolerance, "f"),
        "unit_zh": body.unit.zh,
        "unit_en": body.unit.en,
        "accepted": "\n".join(body.accepted),
    }
    for number, option in enumerate(body.options, start=1):
        values |= {f"option_zh-{number}": option.zh, f"option_en-{number}": option.en}
    return values


def as_asked(body: QuestionBody, order: Sequence[int] = ()) -> dict[str, Any]:
    """Return a question as a learner sees it, in the reader's language: nothing here says what is right."""
    labels = (
        [say(one) for one in TRUE_FALSE_WORDS]
        if body.kind is QuestionKind.TRUE_FALSE
        else [body.options[place].pick(locale_code()) for place in order or range(len(body.options))]
    )
    return {
        "kind": body.kind.value,
        "text": body.text.pick(locale_code()),
        "options": list(enumerate(labels)),
        "unit": body.unit.pick(locale_code()),
        "points": body.points,
    }


def _number(name: str, text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        said = N_("This is not a number")
        raise InvalidInput(said, fields={name: [said]}) from error
