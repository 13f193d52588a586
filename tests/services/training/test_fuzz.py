"""Requests made from the service's OpenAPI document, good and bad, are answered as it says."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import select

from services.training.certificates.models import Certificate
from shared.core.principals import Role
from shared.directory import DirectoryPerson
from tests.harness import Harness
from tests.services.training.factories import assignments, create_active, hire, take
from tests.services.training.session_factories import ask, create_session

FUZZED = ("courses", "assignments", "certificates", "verify", "sessions", "bookings")


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
        "/training/v1/assignments/{assignment_id}/submit",
        "/training/v1/certificates",
        "/training/v1/certificates/{certificate_id}",
        "/training/v1/certificates/{certificate_id}/document",
        "/training/v1/verify/{number}",
        "/training/v1/sessions",
        "/training/v1/sessions/{session_id}",
        "/training/v1/sessions/{session_id}/bookings",
        "/training/v1/sessions/{session_id}/attendance",
        "/training/v1/sessions/{session_id}/attendance/confirm",
        "/training/v1/bookings/{booking_id}",
        "/training/v1/bookings/{booking_id}/cancel",
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
        if operation.path.split("/")[3] in FUZZED:
            called.add(operation.label)
            _run(operation, token)
    assert len(called) == 18


def _world(h: Harness) -> tuple[UUID, dict[str, str]]:
    """Something of each kind that an address may name."""
    create_active(h, courses=("a", "b"))
    person_id = hire(h).person_id
    first, second = assignments(h, person_id)
    take(h, first.id)
    session_id = create_session(h, capacity=3)
    booking_id = ask(h, session_id, DirectoryPerson(id=person_id))
    h.clock.advance(timedelta(days=3))
    with h.read("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        return person_id, {
            "assignment_id": str(second.id),
            "course_id": str(first.course_id),
            "certificate_id": str(certificate.id),
            "number": certificate.number,
            "session_id": str(session_id),
            "booking_id": str(booking_id),
        }


def _run(operation: Any, token: str) -> None:
    """Let hypothesis draw requests of one operation, good and bad, and check every answer."""

    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def fuzz(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    fuzz()
