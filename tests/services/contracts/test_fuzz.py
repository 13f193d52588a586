"""The service's OpenAPI document is valid, and requests made from it, good and bad, are answered as it says."""

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode

from shared.core.principals import Role
from tests.harness import Harness
from tests.services.contracts.factories import World

EVERY_ROLE = (Role.REP, Role.MANAGER, Role.LEGAL, Role.FINANCE, Role.COMPLIANCE, Role.AUDITOR)


def test_the_document_is_valid_openapi_and_lists_the_whole_api(harness: Harness) -> None:
    document = harness.client().get("/contracts/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    own = ("counterparties", "contracts", "reviews", "receivables", "ageing")
    assert (
        sum(path.startswith(tuple(f"/contracts/v1/{one}" for one in own)) for path in document["paths"]) == 18
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_schemathesis_finds_nothing_with_all_checks(world: World, mode: GenerationMode) -> None:
    contract_id, _ = world.in_review(amount_minor=100_000_000, effective_on=world.today - timedelta(days=3))
    known = {
        "contract_id": contract_id,
        "number": 1,
        "step_id": world.step(contract_id).id,
        "receivable_id": world.receivable(due_in=-70),
        "counterparty_id": world.hospital_id,
    }

    def at_home(context: Any, parameters: dict[str, Any] | None) -> dict[str, Any] | None:
        """Ask for what is there: random ids would test one 404 again and again."""
        return (
            None if parameters is None else {name: known.get(name, one) for name, one in parameters.items()}
        )

    token = world.harness.api(*EVERY_ROLE, person_id=world.manager_person.id).token
    schema = schemathesis.openapi.from_wsgi("/contracts/openapi.json", world.harness.suite)
    schema.hook("map_path_parameters")(at_home)
    if mode == GenerationMode.POSITIVE:
        schema.hook("map_query")(_without_cursor)
    called = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.POSITIVE or operation.body:
            called += 1
            _run(operation, mode, token)
    assert called >= 8


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
        # What is wrong must be in the body: the token is always sent, and an empty argument is not sent at all.
        assume(mode == GenerationMode.POSITIVE or case.meta.components["body"].mode == mode)
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    fuzz()


def _without_cursor(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Leave out page markers: the only good ones are those that a list gave out."""
    return {name: value for name, value in query.items() if name != "cursor"} if query else query
