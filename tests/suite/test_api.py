"""The documents of all APIs are valid, and schemathesis finds no answer that departs from them."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import positive_data_acceptance

from shared.core.principals import Role
from tests.harness import Harness
from wsgi import SERVICES

NAMES = [service.name for service in SERVICES]
EXAMPLES = 12
# Training's own operations are fuzzed over a world that has something of each kind, in its own tests.
ELSEWHERE = {"training"}
OF_EVERY_SERVICE = ("checkpoints", "events", "proofs", "log-key")


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
    schema.hook("map_query")(_without_cursor)
    found = [one.ok() for one in schema.get_all_operations()]
    operations = [one for one in found if name not in ELSEWHERE or one.path.split("/")[3] in OF_EVERY_SERVICE]
    for operation in operations:
        _fuzz(operation, token)
    assert len(operations) > 6


def _fuzz(operation: Any, token: str) -> None:
    """Let hypothesis draw requests of one operation, good and bad, and check every answer."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def fuzz(case: Any) -> None:
        # No schema can say which bytes are a spreadsheet, so random ones are sound to it and refused by us.
        is_upload = case.media_type == "multipart/form-data"
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            excluded_checks=[positive_data_acceptance] if is_upload else [],
        )

    fuzz()


def _without_cursor(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Leave out page markers: the only good ones are those that a list gave out."""
    return {name: value for name, value in query.items() if name != "cursor"} if query else query
