"""The service's OpenAPI document is valid, and requests made from it, good and bad, are answered as it says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode

from services.compliance.cases.rules import CaseStep
from shared.core.principals import Principal, Role
from tests.harness import Harness
from tests.services.compliance.factories import World

EVERYTHING = frozenset(role for role in Role if role is not Role.SYSTEM)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """The fuzzer runs on the embedded engine; what it calls is tested on both elsewhere."""
    return str(request.param)


def test_the_document_is_valid_openapi_and_lists_the_whole_api(h: Harness) -> None:
    document = h.client().get("/compliance/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    own = [path for path in document["paths"] if "case_id" in path or "attestation" in path or "hold" in path]
    assert len(own) >= 15


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_schemathesis_finds_nothing_with_all_checks(h: Harness, world: World, mode: GenerationMode) -> None:
    case = world.case(until=CaseStep.DECIDE)
    attestation = world.attestation(world.campaign())
    known = {
        "case_id": case.id,
        "hold_id": world.hold(case).id,
        "sanction_id": world.sanction(case).id,
        "attestation_id": attestation.id,
    }

    def at_home(context: Any, parameters: dict[str, Any] | None) -> dict[str, Any] | None:
        """Ask for what is there: random ids would test one 404 again and again."""
        if parameters is None:
            return None
        return {name: str(known.get(name, value)) for name, value in parameters.items()}

    officer = Principal(world.wu.account_id, "王磊", EVERYTHING, world.rep.id)
    token = h.api(principal=officer).token
    schema = schemathesis.openapi.from_wsgi("/compliance/openapi.json", h.suite)
    schema.hook("map_path_parameters")(at_home)
    if mode == GenerationMode.POSITIVE:
        schema.hook("map_query")(_without_cursor)
    called = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.POSITIVE or operation.body:
            called += 1
            _run(operation, mode, token)
    assert called >= 12


def _run(operation: Any, mode: GenerationMode, token: str) -> None:
    """Let hypothesis draw requests of one operation and check every answer."""

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def fuzz(case: Any) -> None:
        # What is wrong must be in the body: the token is always sent, and an empty argument is not sent at all.
        assume(mode == GenerationMode.POSITIVE or case.meta.components["body"].mode == mode)
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    fuzz()


def _without_cursor(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Leave out page markers: the only good ones are those that a list gave out."""
    return {name: value for name, value in query.items() if name != "cursor"} if query else query
