"""Sittings at the edge."""

from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from services.training.questions.rules import MAX_OPTION, MAX_OPTIONS, QuestionKind
from services.training.questions.schemas import KINDS
from services.training.sittings.models import Sitting
from services.training.sittings.queries import Asked
from services.training.sittings.rules import GRADED, Given, SittingStatus, mark, seconds_left
from shared.core.errors import InvalidInput
from shared.core.text import N_
from shared.web.validation import Instant, Integer, Localized, Schema, Text

STATUSES = [one.value for one in SittingStatus]


class SittingQuestionSchema(Schema):
    """A question as it is put to the learner; `given` are positions among `options` as they stand here, or
    `typed` what was written. `sequence` is to be sent back as `seen` with the next answer."""

    place = Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    text = Localized(required=True)
    options = fields.List(Localized(required=True), required=True)
    unit = Localized(required=True, allow_none=True)
    points = Integer(required=True)
    given = fields.List(Integer(), required=True)
    typed = fields.String(required=True, allow_none=True)
    sequence = Integer(required=True)


class SittingMarkSchema(Schema):
    """What a question earned, as far as its topic lets the learner know: `right` is null where it does not."""

    place = Integer(required=True)
    right = fields.Boolean(required=True, allow_none=True)
    explanation = Localized(required=True, allow_none=True)


class SittingSchema(Schema):
    """One sitting; `marks` is empty until it is graded, `questions` once it is."""

    id = fields.UUID(required=True)
    assignment_id = fields.UUID(required=True)
    part_id = fields.String(required=True)
    number = Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    pass_mark = Integer(required=True)
    started_at = Instant(required=True)
    deadline_at = Instant(required=True, allow_none=True)
    seconds_left = Integer(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    timed_out = fields.Boolean(required=True)
    score = Integer(required=True, allow_none=True)
    questions = fields.List(fields.Nested(SittingQuestionSchema), required=True)
    marks = fields.List(fields.Nested(SittingMarkSchema), required=True)


class SittingAnswerSchema(Schema):
    """An answer: `given` positions for a choice or an order, `typed` for a number or a text, one of the two.

    `seen` is the sequence of the answer that it replaces, 0 when there was none.
    """

    sitting_id = fields.UUID(required=True)
    place = Integer(required=True, strict=True, validate=validate.Range(1, 200))
    seen = Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))
    given = fields.List(
        Integer(required=True, strict=True, validate=validate.Range(0, MAX_OPTIONS - 1)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MAX_OPTIONS),
    )
    typed = Text(MAX_OPTION, least=0, load_default=None, allow_none=True)


class SavedAnswerSchema(Schema):
    """That an answer is kept, and how much time there is."""

    place = Integer(required=True)
    sequence = Integer(required=True)
    seconds_left = Integer(required=True, allow_none=True)


class HandInSittingSchema(Schema):
    """Which sitting is handed in."""

    sitting_id = fields.UUID(required=True)


class VoidSchema(Schema):
    """Why a sitting does not count."""

    reason = Text(500, required=True)


def given_of_json(data: dict[str, Any]) -> Given:
    """Return the answer in a valid document; raise InvalidInput unless it is given in one way."""
    given, typed = data["given"], data["typed"]
    if (given is None) == (typed is None):
        said = N_("Answer either by choosing or by writing")
        raise InvalidInput(said, fields={"given": [said]})
    return given if given is not None else typed  # type: ignore[no-any-return]


def sitting_json(sitting: Sitting, asked: list[Asked], now: datetime) -> dict[str, Any]:
    """Return what SittingSchema writes: questions while it is under way, marks once it is graded."""
    is_graded = sitting.status in GRADED
    return {
        "id": sitting.id,
        "assignment_id": sitting.assignment_id,
        "part_id": sitting.part_id,
        "number": sitting.number,
        "status": sitting.status,
        "pass_mark": sitting.pass_mark,
        "started_at": sitting.started_at,
        "deadline_at": sitting.deadline_at,
        "seconds_left": None if is_graded else seconds_left(sitting.deadline_at, now),
        "ended_at": sitting.ended_at,
        "timed_out": sitting.timed_out,
        "score": sitting.score,
        "questions": [_question_json(one) for one in asked]
        if sitting.status is SittingStatus.STARTED
        else [],
        "marks": [_mark_json(one) for one in asked] if is_graded else [],
    }


def _question_json(one: Asked) -> dict[str, Any]:
    body, given = one.body, one.given
    has_order = body.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.ORDERING)
    return {
        "place": one.place,
        "kind": body.kind,
        "text": body.text,
        "options": [body.options[place] for place in one.drawn.order] if has_order else [],
        "unit": body.unit if body.unit.zh or body.unit.en else None,
        "points": body.points,
        "given": given if isinstance(given, list) else [],
        "typed": given if isinstance(given, str) else None,
        "sequence": one.answer.sequence if one.answer is not None else 0,
    }


def _mark_json(one: Asked) -> dict[str, Any]:
    explained = one.body.explanation
    says_why = one.shows_explanation and (explained.zh or explained.en)
    return {
        "place": one.place,
        "right": mark(one.body, one.drawn, one.given).is_right if one.shows_marks else None,
        "explanation": explained if says_why else None,
    }
