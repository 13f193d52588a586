"""A session as its editor's form and as a program writes it down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate
from sqlalchemy.orm import Session

from services.training.sessions.rules import (
    MOST_PLACES,
    Details,
    Instructor,
    InstructorKind,
    Language,
    SessionKind,
    deadlines,
)
from shared.core.errors import InvalidInput
from shared.core.text import N_, LocalizedText
from shared.core.zones import COMPANY_ZONE
from shared.directory import Audience, find_by_employee_no, find_person
from shared.messages.people import Position, ProductLine, Region
from shared.web.validation import Instant, Integer, Localized, Schema, Text

_FORM = "%Y-%m-%dT%H:%M"
FIRST_YEAR, LAST_YEAR = 2000, 2199
OUT_OF_REACH = N_("Nobody plans for that year.")


class LocalMoment(fields.NaiveDateTime):
    """What a datetime-local input sends: a moment in the company's zone, read as an instant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format=_FORM, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        found = super()._deserialize(str(value)[:16], attr, data, **kwargs)
        return found.replace(tzinfo=COMPANY_ZONE)


def _planned(moment: datetime) -> None:
    """Refuse what no calendar reaches: what is reckoned from it, in another zone, must be a moment too."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(OUT_OF_REACH.msgid)


class SessionAudienceSchema(Schema):
    """Whom a session is for: every condition that is given must hold; none: everybody."""

    positions = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Position])), load_default=[]
    )
    regions = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Region])), load_default=[]
    )
    product_lines = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in ProductLine])), load_default=[]
    )
    hired_from = fields.Date(load_default=None, allow_none=True)
    hired_until = fields.Date(load_default=None, allow_none=True)


class SessionFormSchema(SessionAudienceSchema):
    """A session as a trainer writes it down. Who teaches: an employee number, or a name and where from."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in SessionKind]))
    course_id = fields.UUID(load_default=None)
    title_zh = Text(200, required=True)
    title_en = Text(200, required=True)
    about_zh = Text(4_000, least=0, load_default="")
    about_en = Text(4_000, least=0, load_default="")
    instructor_kind = fields.String(
        required=True, validate=validate.OneOf([one.value for one in InstructorKind])
    )
    employee_no = Text(40, least=0, load_default="")
    instructor_name = Text(200, least=0, load_default="")
    affiliation = Text(200, least=0, load_default="")
    language = fields.String(required=True, validate=validate.OneOf([one.value for one in Language]))
    place = Text(300, least=0, load_default="")
    link = Text(500, least=0, load_default="")
    starts_at = LocalMoment(required=True, validate=_planned)
    ends_at = LocalMoment(required=True, validate=_planned)
    capacity = Integer(required=True)
    book_until = LocalMoment(load_default=None, validate=_planned)
    cancel_until = LocalMoment(load_default=None, validate=_planned)


class SessionInstructorSchema(Schema):
    """Who teaches: the employee number of somebody on the roster, or a name; and where from."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in InstructorKind]))
    employee_no = Text(40, least=0, load_default="")
    name = Text(200, least=0, load_default="")
    affiliation = Text(200, least=0, load_default="")


class SessionBodySchema(Schema):
    """A session as a program writes it down. Without deadlines: booking until it begins, withdrawing a day before."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in SessionKind]))
    course_id = fields.UUID(load_default=None, allow_none=True)
    title = Localized(200, required=True)
    about = Localized(4_000, load_default=LocalizedText("", ""))
    instructor = fields.Nested(SessionInstructorSchema, required=True)
    language = fields.String(required=True, validate=validate.OneOf([one.value for one in Language]))
    place = Text(300, least=0, load_default="")
    link = Text(500, least=0, load_default="")
    starts_at = Instant(required=True, validate=_planned)
    ends_at = Instant(required=True, validate=_planned)
    capacity = Integer(required=True, validate=validate.Range(min=1, max=MOST_PLACES))
    book_until = Instant(load_default=None, allow_none=True, validate=_planned)
    cancel_until = Instant(load_default=None, allow_none=True, validate=_planned)
    audience = fields.Nested(SessionAudienceSchema, load_default=lambda: SessionAudienceSchema().load({}))


class CancelSchema(Schema):
    """Why a session is cancelled: those who booked it read it."""

    reason = Text(500, required=True)


def details_of(session: Session, data: dict[str, Any]) -> Details:
    """Return what a valid form says. Raises InvalidInput for an employee number that nobody has."""
    book_until, cancel_until = deadlines(data["starts_at"], data["book_until"], data["cancel_until"])
    return Details(
        kind=SessionKind(data["kind"]),
        course_id=data["course_id"],
        title=LocalizedText(zh=data["title_zh"], en=data["title_en"]),
        about=LocalizedText(zh=data["about_zh"], en=data["about_en"]),
        instructor=_instructor(session, data),
        language=Language(data["language"]),
        place=data["place"],
        link=data["link"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        capacity=data["capacity"],
        book_until=book_until,
        cancel_until=cancel_until,
        audience=Audience(
            positions=tuple(sorted(set(data["positions"]))),
            regions=tuple(sorted(set(data["regions"]))),
            product_lines=tuple(sorted(set(data["product_lines"]))),
            hired_from=data["hired_from"],
            hired_until=data["hired_until"],
        ),
    )


def flat(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a body says in the words of the form, for `details_of`."""
    title, about, instructor = body["title"], body["about"], body["instructor"]
    return {
        **body,
        **body["audience"],
        "title_zh": title.zh,
        "title_en": title.en,
        "about_zh": about.zh,
        "about_en": about.en,
        "instructor_kind": instructor["kind"],
        "employee_no": instructor["employee_no"],
        "instructor_name": instructor["name"],
        "affiliation": instructor["affiliation"],
    }


def form_values(session: Session, details: Details) -> dict[str, Any]:
    """Return what the form shows of a session."""
    instructor, audience = details.instructor, details.audience
    person = find_person(session, instructor.person_id) if instructor.person_id is not None else None
    return {
        "kind": details.kind.value,
        "course_id": str(details.course_id or ""),
        "title_zh": details.title.zh,
        "title_en": details.title.en,
        "about_zh": details.about.zh,
        "about_en": details.about.en,
        "instructor_kind": instructor.kind.value,
        "employee_no": person.employee_no if person is not None else "",
        "instructor_name": "" if person is not None else instructor.name,
        "affiliation": instructor.affiliation,
        "language": details.language.value,
        "place": details.place,
        "link": details.link,
        "starts_at": _local(details.starts_at),
        "ends_at": _local(details.ends_at),
        "capacity": details.capacity,
        "book_until": _local(details.book_until),
        "cancel_until": _local(details.cancel_until),
        "positions": list(audience.positions),
        "regions": list(audience.regions),
        "product_lines": list(audience.product_lines),
        "hired_from": audience.hired_from.isoformat() if audience.hired_from else "",
        "hired_until": audience.hired_until.isoformat() if audience.hired_until else "",
    }


def _instructor(session: Session, data: dict[str, Any]) -> Instructor:
    name = data["instructor_name"]
    person_id: UUID | None = None
    if data["employee_no"]:
        person = find_by_employee_no(session, data["employee_no"])
        if person is None:
            message = N_("Nobody on the roster has this number")
            raise InvalidInput(message, fields={"employee_no": [message]})
        name, person_id = person.name, person.id
    return Instructor(InstructorKind(data["instructor_kind"]), name, data["affiliation"], person_id)


def _local(moment: datetime) -> str:
    return moment.astimezone(COMPANY_ZONE).strftime(_FORM)
