"""Requests made from the service's OpenAPI document, good and bad, are answered as it says."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import select

from services.training.assignments.models import Assignment
from services.training.certificates.models import Certificate
from services.training.courses.models import Course
from services.training.exceptions.commands import request_exception
from services.training.library.commands import publish_entry
from services.training.library.rules import Content, Description, EntryKind
from services.training.mentoring.seed import seed_plan
from services.training.notices.models import Notice
from services.training.pairing.commands import propose
from services.training.questions.models import Question
from services.training.waivers.commands import make_equivalence, request_waiver
from shared.core.principals import Role
from shared.core.text import LocalizedText
from shared.directory import DirectoryPerson
from tests.harness import Harness
from tests.services.training.factories import ACTOR, assignments, create_active, exempt_from, hire, take
from tests.services.training.session_factories import ask, create_session

RELIEF = ("waivers", "exemptions", "exceptions", "equivalences", "notices", "reminder-plan")
# An audience's dates in order, a code that is free, an instant that has come: no schema can say these.
SAID_BY_RULES = ("curricula", "topics", "history", "imports")
PLANS = (
    ("post", "/training/v1/sessions"),
    ("put", "/training/v1/sessions/{session_id}"),
    ("post", "/training/v1/sessions/{session_id}/cancel"),
)
# What every service has is fuzzed with the suite.
SHARED = ("checkpoints", "events", "proofs", "log-key")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """The fuzzer runs on the embedded engine; the API's own tests run on both."""
    return str(request.param)


def test_the_document_is_valid_and_lists_the_whole_api(h: Harness) -> None:
    document = json.loads(h.client().get("/training/openapi.json").data)
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()
    assert {
        "/training/v1/courses",
        "/training/v1/courses/{course_id}",
        "/training/v1/assignments",
        "/training/v1/assignments/{assignment_id}",
        "/training/v1/assignments/{assignment_id}/start",
        "/training/v1/assignments/{assignment_id}/attempt",
        "/training/v1/assignments/{assignment_id}/parts/{part_id}/pages/{number}",
        "/training/v1/assignments/{assignment_id}/parts/{part_id}/turn",
        "/training/v1/assignments/{assignment_id}/parts/{part_id}/done",
        "/training/v1/certificates",
        "/training/v1/certificates/{certificate_id}",
        "/training/v1/certificates/{certificate_id}/document",
        "/training/v1/certificates/{certificate_id}/badge",
        "/training/v1/certificates/{certificate_id}/revoke",
        "/training/v1/certificates/{certificate_id}/replace",
        "/training/v1/reissues",
        "/training/v1/reissues/{reissue_id}",
        "/training/v1/reissues/{reissue_id}/stop",
        "/training/v1/reissues/{reissue_id}/resume",
        "/training/v1/verify/{number}",
        "/training/v1/assignments/bulk",
        "/training/v1/assignments/{assignment_id}/extend",
        "/training/v1/assignments/{assignment_id}/exceptions",
        "/training/v1/exceptions/{exception_id}/grant",
        "/training/v1/waivers/{waiver_id}/grant",
        "/training/v1/exemptions/{credit_id}/end",
        "/training/v1/equivalences",
        "/training/v1/notices",
        "/training/v1/reminder-plan",
        "/training/v1/sessions",
        "/training/v1/sessions/{session_id}",
        "/training/v1/sessions/{session_id}/open",
        "/training/v1/sessions/{session_id}/cancel",
        "/training/v1/sessions/{session_id}/bookings",
        "/training/v1/sessions/{session_id}/attendance",
        "/training/v1/sessions/{session_id}/attendance/confirm",
        "/training/v1/bookings/{booking_id}",
        "/training/v1/bookings/{booking_id}/cancel",
        "/training/v1/topics",
        "/training/v1/questions",
        "/training/v1/questions/{question_id}/revisions",
        "/training/v1/questions/{question_id}/analysis",
        "/training/v1/assignments/{assignment_id}/parts/{part_id}/sitting",
        "/training/v1/assignments/{assignment_id}/parts/{part_id}/sitting/answers",
        "/training/v1/assignments/{assignment_id}/parts/{part_id}/sitting/submit",
    } <= set(document["paths"])


@pytest.mark.slow
def test_schemathesis_finds_nothing_with_all_checks(h: Harness) -> None:
    person_id, real = _world(h)
    principal = h.principal(Role.REP, Role.TRAINER, Role.MANAGER, person_id=person_id)
    token = h.api(principal=principal).token
    schema = schemathesis.openapi.from_wsgi("/training/openapi.json", h.suite)

    @schema.hook
    def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
        """Leave out page markers: the only good ones are those that a list gave out."""
        return {name: value for name, value in query.items() if name != "cursor"} if query else query

    @schema.hook
    def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
        """Let every other id be one that exists."""
        if not path_parameters:
            return path_parameters
        return {
            name: real.get(name, value) if str(value)[-1:] in tuple("02468ace") else value
            for name, value in path_parameters.items()
        }

    called = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.split("/")[3] not in SHARED:
            called.add(operation.label)
            _run(operation, token)
    assert len(called) > 100


def _world(h: Harness) -> tuple[UUID, dict[str, str]]:
    """Something of each kind that an address may name."""
    create_active(h, courses=("a", "b"))
    person_id = hire(h).person_id
    first, second = assignments(h, person_id)
    take(h, first.id)
    session_id = create_session(h, capacity=3)
    booking_id = ask(h, session_id, DirectoryPerson(id=person_id))
    h.clock.advance(timedelta(days=3))
    mentor_id = hire(h).person_id
    with h.write("training") as uow:
        text = LocalizedText(zh="不得给予回扣", en="No kickbacks")
        entry = publish_entry(
            uow, Description(EntryKind.CASE, text, text), Content(text), actor=ACTOR, now=h.clock.now()
        )
        plan = seed_plan(uow, actor=ACTOR, now=h.clock.now())
        uow.session.flush()
        rep, mentor = (uow.session.get_one(DirectoryPerson, one) for one in (person_id, mentor_id))
        mentorship = propose(uow, rep, mentor, plan, actor=ACTOR, now=h.clock.now())
    relief = _relief(h)
    with h.read("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        return person_id, {
            "assignment_id": str(second.id),
            "question_id": str(uow.session.scalars(select(Question.id)).first()),
            "part_id": "assessment",
            "course_id": str(first.course_id),
            "certificate_id": str(certificate.id),
            "number": certificate.number,
            "session_id": str(session_id),
            "booking_id": str(booking_id),
            "entry_id": str(entry.id),
            "mentorship_id": str(mentorship.id),
            **relief,
        }


def _relief(h: Harness) -> dict[str, str]:
    """A waiver, an exemption, an exception and a notice of somebody else, and two courses of which one counts."""
    other = hire(h).person_id
    first, second = assignments(h, other)
    now = h.clock.now()
    with h.write("training") as uow:
        one, two = (uow.session.get_one(Course, found.course_id) for found in (first, second))
        waiver = request_waiver(uow, other, one, "equivalent course", actor=ACTOR, now=now)
        exception = request_exception(
            uow, uow.session.get_one(Assignment, first.id), "on a trip", wished_on=None, actor=ACTOR, now=now
        )
        credit = exempt_from(uow, uow.session.get_one(Assignment, second.id), "not needed", now)
        equivalence = make_equivalence(uow, one, two, max_age_months=12, actor=ACTOR, now=now)
        uow.session.flush()
        notice = uow.session.scalars(select(Notice.id)).first()
        return {
            "waiver_id": str(waiver.id),
            "exception_id": str(exception.id),
            "credit_id": str(credit.id),
            "equivalence_id": str(equivalence.id),
            "notice_id": str(notice),
        }


def _run(operation: Any, token: str) -> None:
    """Let hypothesis draw requests of one operation, good and bad, and check every answer."""
    asks = operation.method == "post" and operation.path.endswith(
        ("assignments", "bulk", "extend", "exceptions", "questions", "revisions", "answers")
    )
    # A session lies ahead, in the order of its moments, and is held somewhere.
    asks |= (operation.method, operation.path) in PLANS
    # No schema can say what is inside a file, so that one made up is refused where the document would take it.
    takes_file = operation.path.endswith(("/revoke", "/replace"))

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def fuzz(case: Any) -> None:
        # What is decided about days is refused for what has passed, and what makes a question one that can be
        # graded is a matter of its kind: no schema can say either.
        loose = operation.path.split("/")[3] in (*RELIEF, *SAID_BY_RULES) or asks or takes_file
        excluded = [positive_data_acceptance] if loose else []
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded)

    fuzz()
