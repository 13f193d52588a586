"""Was this person trained on that day, as it was known then? For programs."""

from typing import Any

from services.training.courses.models import Course
from services.training.history.commands import follow
from services.training.history.queries import (
    Cited,
    answer_for,
    get_visible,
    list_asked_courses,
    list_cited,
    list_courses_of,
    list_people,
    list_spans,
)
from services.training.history.rules import Answer, answers
from services.training.history.schemas import (
    PeoplePageSchema,
    PeopleQuerySchema,
    PersonAnswerSchema,
    PersonQuerySchema,
    question_of,
)
from services.training.permissions import OWN_TRAINING, TEAM_READ, visible, visible_team
from shared.directory import DirectoryPerson
from shared.eventlog import head
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_history",
    __name__,
    url_prefix="/training/v1/history",
    description="Who was trained on a day, as known at a moment",
)


@blp.get("")
@guard(OWN_TRAINING)
@blp.arguments(PersonQuerySchema, location="query")
@blp.response(200, PersonAnswerSchema)
@blp.problems(401, 403, 404, 422, 503)
def ask_person(query: dict[str, Any]) -> dict[str, Any]:
    """Say for each course whether one person was trained on a day, with the events that it rests on.

    Also of people who have left. Oneself; a manager those of the team; trainers, compliance and audit all.
    """
    follow(this_app().database)
    session, asked = current_uow().session, question_of(query, now())
    person = get_visible(session, query["person_id"], visible(current_principal(), DirectoryPerson.id))
    spans = list_spans(session, person.id, asked.known)
    courses = list_courses_of(session, person.id, spans)
    found = answers(spans, [one.id for one in courses], asked.on)
    cited = list_cited(session, [at for one in found if one.span for at in one.span.evidence])
    return {
        "person_id": person.id,
        "on": asked.on,
        "known_at": asked.known.moment or now(),
        "log_size": asked.known.size if asked.known.size is not None else head(current_uow()),
        "items": [_answer_json(one, course, cited) for one, course in zip(found, courses, strict=True)],
    }


@blp.get("/people")
@guard(TEAM_READ)
@blp.arguments(PeopleQuerySchema, location="query")
@blp.response(200, PeoplePageSchema)
@blp.problems(401, 403, 422, 503)
def ask_people(query: dict[str, Any]) -> dict[str, Any]:
    """List who was on the roster on a day, with the courses that they were trained in then.

    Courses are those that learning paths ask for, or the one asked about.
    """
    follow(this_app().database)
    session, asked = current_uow().session, question_of(query, now())
    team = visible_team(current_principal(), DirectoryPerson.id)
    page = list_people(session, team, asked, cursor=query["cursor"], limit=query["limit"])
    courses = [one for one in list_asked_courses(session) if asked.course_id in (None, one.id)]
    return {
        "items": [
            {
                "person_id": one.person.id,
                "employee_no": one.person.employee_no,
                "name": one.person.name,
                "trained_in": [answer.course_id for answer in one.answers if answer.trained],
            }
            for one in answer_for(session, page.items, courses, asked)
        ],
        "next_cursor": page.next_cursor,
    }


def _answer_json(answer: Answer, course: Course, cited: dict[int, Cited]) -> dict[str, Any]:
    span = answer.span
    return {
        "course_id": course.id,
        "code": course.code,
        "title": course.title,
        "trained": answer.trained,
        "kind": span.kind if span else None,
        "reference": span.reference if span else None,
        "since": span.since if span else None,
        "until": span.until if span else None,
        "evidence": [
            {
                "position": position,
                "type": cited[position].event.type,
                "effective_at": cited[position].event.effective_at,
                "recorded_at": cited[position].event.recorded_at,
                "hash": cited[position].hash,
            }
            for position in (span.evidence if span else ())
            if position in cited
        ],
    }
