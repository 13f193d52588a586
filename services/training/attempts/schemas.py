"""Attempts at the edge."""

from typing import Any

from marshmallow import fields, validate

from services.training.attempts.rules import AttemptStatus
from services.training.courses.rules import MAX_OPTIONS, MAX_QUESTIONS
from shared.web.validation import Integer, Localized, Schema

STATUSES = [one.value for one in AttemptStatus]


class AskedSchema(Schema):
    """A question with its options; which is right stays on the server."""

    text = Localized(required=True)
    options = fields.List(Localized(required=True), required=True)


class AttemptSchema(Schema):
    """An attempt under way with everything there is to read and to answer."""

    id = fields.UUID(required=True)
    assignment_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    number = Integer(required=True)
    version_id = fields.UUID(required=True)
    text = Localized(60_000, required=True)
    pass_mark = Integer(required=True)
    questions = fields.List(fields.Nested(AskedSchema), required=True)


class SubmitSchema(Schema):
    """The answers to an attempt: for each question the index of an option, from 0, in the questions' order."""

    attempt_id = fields.UUID(required=True)
    answers = fields.List(
        Integer(required=True, strict=True, validate=validate.Range(0, MAX_OPTIONS - 1)),
        required=True,
        validate=validate.Length(max=MAX_QUESTIONS),
    )


class OutcomeSchema(Schema):
    """What came of the answers: `right` for each question; the certificate and the next time, if any."""

    attempt_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    score = Integer(required=True, allow_none=True)
    right = fields.List(fields.Boolean(), required=True)
    certificate_id = fields.UUID(required=True, allow_none=True)
    next_assignment_id = fields.UUID(required=True, allow_none=True)


def quiz_schema(questions: int) -> Schema:
    """Return the schema of the form with so many questions: `answer-1`, `answer-2` …, each an option's index."""
    choice: dict[str, fields.Field[Any]] = {
        f"answer-{number}": Integer(
            required=True,
            validate=validate.Range(0, MAX_OPTIONS - 1),
            error_messages={"required": "Please choose an answer"},
        )
        for number in range(1, questions + 1)
    }
    schema = Schema.from_dict(choice, name="QuizFormSchema")()
    assert isinstance(schema, Schema)
    return schema
