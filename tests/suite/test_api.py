"""The documents of all APIs are valid, and schemathesis finds no answer that departs from them."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from shared.core.principals import Role
from tests.harness import Harness
from wsgi import SERVICES

NAMES = [service.name for service in SERVICES]
EXAMPLES = 25


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """The fuzzer runs on the embedded engine; the services' own API tests run on both."""
    return str(request.param)


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_valid_openapi_3_1(harness: Harness, name: str) -> None:
    document = json.loads(harness.client().get(f"/{name}/openapi.json").data)
    assert document["openapi"].startswith("3.1")
    assert document["paths"]
    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("name", NAMES)
def test_the_document_can_be_browsed(harness: Harness, name: str) -> None:
    page = harness.client().get(f"/{name}/docs")
    assert page.status_code == 200
    assert f"/{name}/v1/" in page.get_data(as_text=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_fuzzer_finds_nothing(harness: Harness, name: str) -> None:
    person = harness.person()
    everyone = harness.principal(*(role for role in Role if role is not Role.SYSTEM), person_id=person.id)
    token = harness.api(principal=everyone).token
    schema = schemathesis.openapi.from_wsgi(f"/{name}/openapi.json", harness.suite)
    called: list[str] = []
    for operation in schema.get_all_operations():
        _run(operation.ok(), token, called)
    assert called


def _run(operation: Any, token: str, called: list[str]) -> None:
    """Let hypothesis draw cases of one operation and check every answer."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def fuzz(case: Any) -> None:
        called.append(operation.label)
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    fuzz()
