"""What the app class promises every service, shown on a service made up for it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Blueprint, Response, flash, render_template_string
from marshmallow import fields
from sqlalchemy.orm import Mapped, mapped_column

from shared.core.clock import FixedClock
from shared.core.errors import InvalidInput, NotFound
from shared.core.ids import new_id
from shared.core.permissions import permission
from shared.core.principals import Role
from shared.core.text import N_
from shared.db.base import IdPk, PlatformBase, service_base
from shared.db.migrate import Schema
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow
from shared.web.guards import guard, public
from shared.web.service import NavigationItem, Service
from shared.web.validation import Integer, Text
from shared.web.validation import Schema as StrictSchema
from tests.databases import Databases
from tests.harness import Harness, assert_page

Base: Any = service_base("training")
READ = permission("training.thing.read", Role.REP, Role.TRAINER, title=N_("See things"))
WRITE = permission("training.thing.write", Role.TRAINER, title=N_("Make things"))


class Thing(Base):
    """A thing whose name is taken once."""

    __tablename__ = "thing"
    id: Mapped[IdPk]
    name: Mapped[str] = mapped_column(sa.String(20), unique=True)


class ThingSchema(StrictSchema):
    """A thing as a program sends it."""

    name = Text(20, required=True)
    size = Integer(strict=True)
    id = fields.UUID(dump_only=True)


api = ApiBlueprint("things", __name__, url_prefix="/training/v1/things", description="Things")
pages = Blueprint("things_pages", __name__, url_prefix="/training")


@api.post("")
@guard(WRITE)
@api.arguments(ThingSchema)
@api.response(201, ThingSchema)
def make_thing(data: dict[str, Any]) -> Thing:
    """Make a thing."""
    thing = Thing(id=new_id(), name=data["name"])
    current_uow().session.add(thing)
    if data["name"] == "bad":
        raise InvalidInput(N_("Not that name"), fields={"name": [N_("Not that name")]})
    if data["name"] == "bug":
        raise RuntimeError("a secret in a trace")
    return thing


@api.get("/<uuid:thing_id>")
@guard(READ)
@api.response(200, ThingSchema)
def get_thing(thing_id: UUID) -> Thing:
    """Get a thing."""
    found = current_uow().session.get(Thing, thing_id)
    if found is None:
        raise NotFound(N_("There is no such thing"))
    return found


@pages.get("/things")
@guard(READ)
def list_things() -> str:
    """List things."""
    return render_template_string(
        '{% extends "base.html" %}{% block title %}Things{% endblock %}{% block content %}<h1>{{ n }}</h1>'
        '<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>{% endblock %}',
        n=current_uow().session.scalar(sa.select(sa.func.count()).select_from(Thing)),
    )


@pages.post("/things")
@guard(WRITE)
def post_thing() -> Response:
    """Make a thing from a form."""
    current_uow().session.add(Thing(id=new_id(), name="from a form"))
    flash("done", "eligible")
    return Response(status=303, headers={"Location": "/training/things"})


@pages.get("/forgotten")
def forgotten() -> str:
    """Nobody thought of a guard."""
    return "secret"


@pages.get("/open")
@public("for the test")
def open_page() -> str:
    """Anybody may see it."""
    return "open"


@pytest.fixture
def harness(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    versions = tmp_path / "migrations"
    versions.mkdir()
    (versions / "0001_things.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nfrom shared.db import schema as db\n"
        "from shared.eventlog import schema as log\nfrom shared.jobs import schema as jobs\n"
        "revision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    db.create_v1(op)\n    log.create_v1(op)\n    jobs.create_v1(op)\n"
        "    op.create_table('thing', sa.Column('id', sa.Uuid(), primary_key=True),"
        " sa.Column('name', sa.String(20), unique=True))\n"
    )
    service = Service(
        name="training",
        title=N_("Things"),
        import_name="tests.shared.web",
        schema=Schema(f"things-{tmp_path.name}", (PlatformBase.metadata, Base.metadata), versions),
        permissions=(READ, WRITE),
        apis=(api,),
        pages=(pages,),
        navigation=(NavigationItem(N_("Things"), N_("All things"), "/training/things", READ),),
    )
    harness = Harness(databases, clock, tmp_path, service)
    yield harness
    harness.close()


def _count(harness: Harness) -> int:
    with harness.read("training") as uow:
        return uow.session.scalar(sa.select(sa.func.count()).select_from(Thing)) or 0


def test_what_a_request_made_is_committed_before_its_answer_leaves(harness: Harness) -> None:
    answer = harness.api(Role.TRAINER).post("/training/v1/things", json={"name": "one"})
    assert answer.status_code == 201
    assert _count(harness) == 1


@pytest.mark.parametrize("name", ["bad", "a name that is far too long"])
def test_a_refused_request_leaves_nothing_and_says_which_field_and_why(harness: Harness, name: str) -> None:
    answer = harness.api(Role.TRAINER).post("/training/v1/things", json={"name": name})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"].endswith("/invalid-input")
    assert answer.json["errors"]["name"]
    assert _count(harness) == 0


def test_a_clash_at_commit_is_a_conflict_and_never_shows_the_databases_words(harness: Harness) -> None:
    client = harness.api(Role.TRAINER)
    client.post("/training/v1/things", json={"name": "one"})
    answer = client.post("/training/v1/things", json={"name": "one"})
    assert answer.status_code == 409
    assert "UNIQUE" not in answer.text.upper()
    assert _count(harness) == 1


def test_an_error_of_ours_is_recorded_and_its_trace_is_not_shown(harness: Harness) -> None:
    object.__setattr__(harness.settings, "testing", False)
    harness.suite.apps["training"].config["TESTING"] = False
    answer = harness.api(Role.TRAINER).post("/training/v1/things", json={"name": "bug"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert _count(harness) == 0


def test_the_same_idempotency_key_takes_effect_once_and_gets_the_same_answer(harness: Harness) -> None:
    principal = harness.principal(Role.TRAINER)
    client = harness.api(principal=principal)
    first = client.post("/training/v1/things", json={"name": "one"}, headers={"Idempotency-Key": "k1"})
    again = client.post("/training/v1/things", json={"name": "one"}, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert _count(harness) == 1
    other = client.post("/training/v1/things", json={"name": "two"}, headers={"Idempotency-Key": "k1"})
    assert other.status_code == 409
    somebody_else = harness.api(Role.TRAINER)
    assert (
        somebody_else.post(
            "/training/v1/things", json={"name": "3"}, headers={"Idempotency-Key": "k1"}
        ).status_code
        == 201
    )


def test_a_route_without_a_guard_answers_nobody(harness: Harness) -> None:
    assert harness.client().get("/training/forgotten").status_code == 302
    for role in Role:
        answer = harness.client(role).get("/training/forgotten")
        assert answer.status_code == 403
        assert "secret" not in answer.get_data(as_text=True)
    assert harness.client().get("/training/open").text == "open"


def test_a_cookie_alone_changes_nothing_over_the_api(harness: Harness) -> None:
    answer = harness.client(Role.TRAINER).post("/training/v1/things", json={"name": "one"})
    assert answer.status_code == 401
    assert _count(harness) == 0


def test_a_form_without_its_token_changes_nothing(harness: Harness) -> None:
    client = harness.client(Role.TRAINER)
    assert client.post("/training/things").status_code == 400
    assert _count(harness) == 0
    assert client.submit("/training/things").status_code == 303
    assert _count(harness) == 1


def test_a_session_and_a_token_end(harness: Harness, clock: FixedClock) -> None:
    browser, program = harness.client(Role.TRAINER), harness.api(Role.TRAINER)
    assert browser.get("/training/things").status_code == 200
    clock.advance(timedelta(hours=13))
    assert browser.get("/training/things").status_code == 302
    assert program.get(f"/training/v1/things/{new_id()}").status_code == 401


def test_a_forged_cookie_or_token_is_nobody(harness: Harness) -> None:
    browser = harness.client(Role.TRAINER)
    cookie = browser.get_cookie("goodstanding")
    assert cookie is not None
    browser.set_cookie("goodstanding", "x" + cookie.value)
    assert browser.get("/training/things").status_code == 302
    program = harness.api(Role.TRAINER)
    program.token = program.token[:-2] + "xx"
    assert program.get(f"/training/v1/things/{new_id()}").status_code == 401


def test_a_page_has_the_frame_and_the_navigation_of_its_reader(harness: Harness) -> None:
    text = assert_page(harness.client(Role.REP).get("/training/things"), title="Things")
    assert "All things" in text


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(harness: Harness) -> None:
    assert_page(harness.client(Role.REP).get("/training/nowhere"), status=404)
    answer = harness.api(Role.REP).get("/training/v1/nowhere")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    refused = harness.api(Role.REP).delete("/training/v1/things")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


def test_errors_are_in_the_language_of_the_reader(harness: Harness) -> None:
    api_zh = harness.api(Role.REP).get(
        f"/training/v1/things/{new_id()}", headers={"Accept-Language": "zh-CN"}
    )
    api_en = harness.api(Role.REP).get(f"/training/v1/things/{new_id()}", headers={"Accept-Language": "en"})
    assert api_en.json["title"] == "Not found"
    assert api_zh.json["title"] != api_en.json["title"]


def test_every_answer_forbids_what_is_not_ours(harness: Harness) -> None:
    headers = harness.client(Role.REP).get("/training/things").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
