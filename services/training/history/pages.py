"""Pages on the past: one person, and the whole company."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError

from services.training.courses.models import Course
from services.training.history.commands import follow
from services.training.history.queries import (
    Question,
    answer_for,
    count_people,
    count_trained,
    get_visible,
    list_asked_courses,
    list_cited,
    list_courses_of,
    list_people,
    list_spans,
    stream_answers,
)
from services.training.history.rules import KIND_WORDS, Span, answers
from services.training.history.schemas import PageQuerySchema, page_question
from services.training.permissions import OWN_TRAINING, TEAM_READ, visible, visible_team
from shared.directory import DirectoryPerson
from shared.messages.people import ProductLine, Region
from shared.web import charts
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.downloads import Form, table_file
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code
from shared.web.log.words import name_of
from shared.web.permissions import LOG_READ
from shared.web.validation import say_field_errors

bp = Blueprint("training_history", __name__, url_prefix="/training")

# How far the strip of one person reaches to either side of the day asked about.
_BEFORE, _AFTER = timedelta(days=540), timedelta(days=180)


@bp.get("/history")
@guard(TEAM_READ)
def company() -> tuple[str, int]:
    """Everybody on the roster on a day, and what they were trained in, as known at the end of another."""
    follow(this_app().database)
    session, (data, errors) = current_uow().session, _asked()
    asked = page_question(data, now())
    team = visible_team(current_principal(), DirectoryPerson.id)
    every = list_asked_courses(session)
    courses = [one for one in every if asked.course_id in (None, one.id)] or every
    page = list_people(session, team, asked, cursor=data["cursor"])
    total = count_people(session, team, asked)
    counts = count_trained(session, team, asked, courses)
    page_html = render_template(
        "training/history.html",
        asked=asked,
        known_on=data["known_on"],
        errors=errors,
        labels={"on": _("On"), "known_on": _("As known at the end of")},
        courses=courses,
        every=every,
        rows=answer_for(session, page.items, courses, asked),
        next_cursor=page.next_cursor,
        total=total,
        counts=counts,
        chart=_shares(courses, counts, total, asked),
        regions=Region,
        product_lines=ProductLine,
        query=request.query_string.decode(),
    )
    return page_html, 422 if errors else 200


@bp.get("/history.<any(csv,xlsx):form>")
@guard(TEAM_READ)
def company_file(form: Form) -> Response:
    """Everybody whom the page finds, as a file."""
    follow(this_app().database)
    session, (data, _errors) = current_uow().session, _asked()
    asked = page_question(data, now())
    every = list_asked_courses(session)
    courses = [one for one in every if asked.course_id in (None, one.id)] or every
    headers = [_("Employee number"), _("Name"), _("Sales region")]
    headers += [one.title.pick(locale_code()) for one in courses]
    known = data["known_on"].isoformat() if data["known_on"] else "now"
    name = f"trained-{asked.on.isoformat()}-known-{known}"
    return table_file(form, name, headers, _lines(courses, asked))


@bp.get("/history/<uuid:person_id>")
@guard(OWN_TRAINING)
def person(person_id: UUID) -> tuple[str, int]:
    """One person, gone or not, on a day, with the events that the answers rest on."""
    follow(this_app().database)
    session, (data, errors) = current_uow().session, _asked()
    asked = page_question(data, now())
    found = get_visible(session, person_id, visible(current_principal(), DirectoryPerson.id))
    spans = list_spans(session, found.id, asked.known)
    courses = list_courses_of(session, found.id, spans)
    given = answers(spans, [one.id for one in courses], asked.on)
    page_html = render_template(
        "training/history_person.html",
        person=found,
        asked=asked,
        known_on=data["known_on"],
        errors=errors,
        labels={"on": _("On"), "known_on": _("As known at the end of")},
        rows=list(zip(courses, given, strict=True)),
        cited=list_cited(session, [at for one in given if one.span for at in one.span.evidence]),
        strip=_strip(courses, spans, asked.on),
        kind_words=KIND_WORDS,
        name_of=name_of,
        reads_log=allows(LOG_READ),
        lists_all=allows(TEAM_READ),
    )
    return page_html, 422 if errors else 200


def _asked() -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the arguments of the address, and what is wrong with them; what is wrong is left out."""
    schema = PageQuerySchema(unknown="exclude")
    given = {name: value for name, value in request.args.items() if value != ""}
    try:
        return schema.load(given), {}
    except ValidationError as error:
        errors = say_field_errors(error.messages)
        good = {name: value for name, value in given.items() if name not in errors}
        return schema.load(good), errors


def _lines(courses: Sequence[Course], asked: Question) -> Iterator[list[str]]:
    team = visible_team(current_principal(), DirectoryPerson.id)
    regions = {one.value: one.label.pick(locale_code()) for one in Region}
    yes, no = _("yes"), _("no")
    for (number, name, region), trained in stream_answers(current_uow().session, team, asked, courses):
        yield [number, name, regions.get(region, region), *(yes if one else no for one in trained)]


def _shares(courses: Sequence[Course], counts: dict[UUID, int], total: int, asked: Question) -> Any:
    return charts.bars(
        [(one.title.pick(locale_code()), counts[one.id]) for one in courses],
        title=_("People trained, by course"),
        description=_("Of %(total)s people, on %(day)s", total=total, day=asked.on.isoformat()),
    )


def _strip(courses: Sequence[Course], spans: Sequence[Span], on: date) -> Any:
    rows = [
        charts.Row(
            one.title.pick(locale_code()),
            [(span.since, span.until) for span in spans if span.course_id == one.id],
        )
        for one in courses
    ]
    return charts.strip(
        rows,
        first=on - _BEFORE,
        last=on + _AFTER,
        marks=[(on, on.isoformat())],
        title=_("When each course counted"),
        description=_("A band for each course; the line is the day asked about."),
    )
