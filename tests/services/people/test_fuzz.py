"""Requests made from the service's OpenAPI document, good and bad, are answered as it says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.specs.openapi import media_types

from services.people.sheets.rules import headings, sample_rows
from shared.core.principals import Role
from shared.tabular import write_csv
from tests.harness import Harness
from tests.services.people.conftest import Company


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """The fuzzer runs on the embedded engine; the API's own tests run on both."""
    return str(request.param)


@pytest.fixture
def _roster_for_csv() -> Iterator[None]:
    """Send a roster where a CSV file is asked for: the document cannot say which bytes are one."""
    schemathesis.openapi.media_type("text/csv", st.just(write_csv(headings("en"), sample_rows("en"))))
    yield
    media_types.unregister_all()


def test_the_document_is_valid_and_lists_the_whole_api(suite: Harness) -> None:
    document = json.loads(suite.client().get("/people/openapi.json").data)
    OpenAPIV31SpecValidator(document).validate()
    own = {path for path in document["paths"] if not path.startswith(("/people/v1/events", "/people/v1/log"))}
    assert {
        "/people/v1/me",
        "/people/v1/people",
        "/people/v1/people/{person_id}",
        "/people/v1/roster-imports",
        "/people/v1/roster-imports/{import_id}",
        "/people/v1/roster-imports/{import_id}/apply",
        "/people/v1/tokens",
    } <= own


@pytest.mark.slow
@pytest.mark.usefixtures("_roster_for_csv")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_schemathesis_finds_nothing_with_all_checks(
    suite: Harness, company: Company, mode: GenerationMode
) -> None:
    everyone = suite.principal(*(role for role in Role if role is not Role.SYSTEM), person_id=company.head)
    token = suite.api(principal=everyone).token
    schema = schemathesis.openapi.from_wsgi("/people/openapi.json", suite.suite)
    if mode == GenerationMode.POSITIVE:
        schema.hook("map_query")(_without_cursor)
    called = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.POSITIVE or operation.body:
            called += 1
            _run(operation, mode, token)
    assert called >= 3


def _run(operation: Any, mode: GenerationMode, token: str) -> None:
    """Let hypothesis draw requests of one operation and check every answer."""

    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def fuzz(case: Any) -> None:
        assume(mode == GenerationMode.POSITIVE or case.meta.components["body"].mode == mode)
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    fuzz()


def _without_cursor(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Leave out page markers: the only good ones are those that a list gave out."""
    return {name: value for name, value in query.items() if name != "cursor"} if query else query
