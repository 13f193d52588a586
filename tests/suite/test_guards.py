"""Default deny, walked route by route: a forgotten guard fails here."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from shared.core.principals import Role
from shared.web.app import SuiteApp
from tests.harness import Harness

SOME_ID = UUID("01920000-0000-7000-8000-000000000000")
# Routes that anybody may reach; adding one is a decision to be made here, in plain sight.
PUBLIC = {
    "/static/<path:name>",
    "/people/sign-in",
    "/people/sign-out",
    "/people/language",
    "/people/v1/tokens",
    "/people/choose-password",
    "/training/verify",
    "/training/verify/<string(maxlength=60):number>",
    "/training/v1/verify/<string(maxlength=60):number>",
    "/training/badges/issuer",
    "/training/badges/keys",
    "/training/badges/keys/<string(maxlength=64):key_id>",
    "/training/badges/status/<int:list_number>",
    "/training/badges/achievements/<uuid:course_id>",
    "/training/check-in/<uuid:session_id>/<string(maxlength=60):code>",
    "/training/calendar/<string(maxlength=60):token>.ics",
    "/gallery/",
}


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Guards do not depend on the engine."""
    return str(request.param)


def _routes(harness: Harness) -> Iterator[tuple[SuiteApp, Rule, str]]:
    for app in harness.suite.apps.values():
        for rule in app.url_map.iter_rules():
            for method in sorted(rule.methods or ()):
                if method not in ("HEAD", "OPTIONS"):
                    yield app, rule, method


def _is_public(rule: Rule, name: str) -> bool:
    described = {f"/{name}/health", f"/{name}/openapi.json", f"/{name}/docs", f"/{name}/v1/log-key"}
    return rule.rule in PUBLIC | described


def _call(client: object, app: SuiteApp, rule: Rule, method: str) -> TestResponse:
    values = {}
    for argument in rule.arguments:
        converter = rule._converters[argument]
        if isinstance(converter, AnyConverter):
            values[argument] = min(converter.items)
        else:
            values[argument] = {"UUIDConverter": SOME_ID, "IntegerConverter": 1}.get(
                type(converter).__name__, "x"
            )
    with app.test_request_context():
        url = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
    return client.open(url, method=method)  # type: ignore[attr-defined]


def test_every_route_names_a_permission_of_the_catalogue_or_says_why_it_is_public(harness: Harness) -> None:
    seen = 0
    for app, rule, method in _routes(harness):
        view = app.view_functions[rule.endpoint]
        seen += 1
        if _is_public(rule, app.service.name):
            assert view.__public__, f"{method} {rule.rule} should say why it is public"
        else:
            assert getattr(view, "__guard__", None) in harness.suite.catalogue, (
                f"{method} {rule.rule} has no guard of the catalogue"
            )
    assert seen > 60


def test_nobody_gets_anything_from_a_guarded_route_without_signing_in(harness: Harness) -> None:
    client = harness.client()
    for app, rule, method in _routes(harness):
        if _is_public(rule, app.service.name):
            continue
        answer = _call(client, app, rule, method)
        to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/people/sign-in")
        assert to_sign_in or answer.status_code == 401, f"{method} {rule.rule}: {answer.status}"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_a_role_without_the_permission_is_refused_on_every_route(harness: Harness, role: Role) -> None:
    person = harness.person()
    principal = harness.principal(role, person_id=person.id)
    browser, api = harness.client(principal=principal), harness.api(principal=principal)
    refused = 0
    for app, rule, method in _routes(harness):
        needed = getattr(app.view_functions[rule.endpoint], "__guard__", None)
        if needed is None or role in needed.roles:
            continue
        client = api if "/v1/" in rule.rule else browser
        assert _call(client, app, rule, method).status_code == 403, f"{role} {method} {rule.rule}"
        refused += 1
    assert refused > 0
