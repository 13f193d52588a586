"""The API: a file goes in over HTTP, and the document says what is answered."""

import io
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import positive_data_acceptance

from shared.core.principals import Role
from tests.harness import Harness
from tests.services.eligibility.feeders import World
from tests.services.eligibility.test_runs import text_file, upload


def post(client: Any, data: bytes, **fields: str) -> Any:
    """Post a multipart request."""
    parts = {"file": (io.BytesIO(data), "pay.csv"), "period": "2026-Q3", **fields}
    return client.post("/eligibility/v1/payout-runs", data=parts, content_type="multipart/form-data")


def test_a_file_goes_in_over_http_and_a_gated_file_comes_out(world: World) -> None:
    world.person(employee_no="A")
    one, two = world.h.api(Role.PAYROLL), world.h.api(Role.PAYROLL)
    made = post(one, text_file(("A", "", 5)))
    assert made.status_code == 201
    url = made.headers["Location"]
    assert one.get(url).get_json() == made.get_json()
    again = post(two, text_file(("A", "", 5)))
    assert (again.status_code, again.get_json()["id"]) == (200, made.get_json()["id"])
    assert one.post(f"{url}/approve").status_code == 403
    for step, client in (("approve", two), ("export", one), ("settle", two)):
        assert client.post(f"{url}/{step}").status_code == 200
    assert one.post(f"{url}/gate").status_code == 409
    found = one.get(f"{url}/file")
    assert found.content_type.startswith("text/csv")
    assert "eligible" in found.data.decode("utf-8-sig")


def test_a_bad_file_is_a_problem_that_names_the_rows(world: World) -> None:
    found = post(world.h.api(Role.PAYROLL), text_file(("NOBODY", "", 5)))
    assert found.status_code == 422
    assert found.content_type == "application/problem+json"
    assert "2" in found.get_json()["errors"]["file"][0]
    assert "NOBODY" in found.get_json()["errors"]["file"][0]


def test_known_at_and_as_of_answer_for_then(world: World) -> None:
    person = world.person()
    before = world.now.isoformat().replace("+00:00", "Z")
    world.h.clock.advance(timedelta(hours=1))
    world.overdue(person.id, days=5)
    client = world.h.api(Role.AUDITOR)
    url = f"/eligibility/v1/people/{person.id}/eligibility"
    assert client.get(url).get_json()["outcome"] == "held"
    assert client.get(f"{url}?known_at={before}").get_json()["outcome"] == "eligible"
    assert client.get(f"{url}?as_of=2026-09-01T00:00:00Z").get_json()["outcome"] == "eligible"
    assert client.get(f"{url}?as_of=2026-01-01T00:00:00Z&period=2026-Q3").status_code == 409


def test_the_document_is_valid_openapi(h: Harness) -> None:
    document = h.client().get("/eligibility/openapi.json").get_json()
    validate(document)
    upload_body = document["paths"]["/eligibility/v1/payout-runs"]["post"]["requestBody"]["content"]
    assert list(upload_body) == ["multipart/form-data"]
    assert "/eligibility/v1/people/{person_id}/eligibility" in document["paths"]


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_schemathesis_finds_nothing_with_all_checks(world: World) -> None:
    person = world.person(employee_no="A")
    upload(world, text_file(("A", "", 5)))
    everyone = [role for role in Role if role is not Role.SYSTEM]
    token = world.h.api(*everyone, person_id=person.id).token
    schema = schemathesis.openapi.from_wsgi("/eligibility/openapi.json", world.h.suite)
    # The only good page markers are those that a list gave out.
    schema.hook("map_query")(_without_cursor)
    called = []

    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=30, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def fuzz(case: Any) -> None:
            called.append(case.operation.label)
            # No schema can say that a file is a table of payouts, so random bytes are sound to it, and not to us.
            excluded = [positive_data_acceptance] if case.method == "POST" else []
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded)

        fuzz()
    assert len(set(called)) >= 9


def _without_cursor(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: value for name, value in query.items() if name != "cursor"} if query else query
