"""The demo company's roster: as planned, provable, and with something for HR to do today."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.people.accounts.commands import Passwords
from services.people.accounts.models import Account
from services.people.app import SERVICE
from services.people.demo import load_demo
from services.people.imports import queries
from services.people.imports.models import RosterImport
from services.people.roster.models import Person, PositionAssignment
from shared.core.principals import Role
from shared.core.zones import local_date
from shared.demo import DEMO_PASSWORD, DemoCompany
from shared.eventlog import export_log, load_or_create_key
from shared.eventlog.verify import verify
from tests.harness import Harness, assert_page


@pytest.fixture
def loaded(suite: Harness, monkeypatch: pytest.MonkeyPatch) -> DemoCompany:
    """A small demo company on the roster; its passwords are hashed at the tests' cost."""
    monkeypatch.setattr("services.people.demo.Passwords", partial(Passwords, cheap=True))
    company = DemoCompany(80, now=suite.clock.now())
    load_demo(suite.suite.databases["people"], company)
    return company


def test_the_roster_is_the_company(suite: Harness, loaded: DemoCompany) -> None:
    with suite.read("people") as uow:
        people = {one.id: one for one in uow.session.scalars(select(Person))}
        moves = uow.session.scalar(select(func.count()).select_from(PositionAssignment))
        assert {one.id: one.snapshot for one in loaded.people} == {
            person_id: one.snapshot() for person_id, one in people.items()
        }
    assert moves == sum(len(one.moves) for one in loaded.people)


def test_others_are_told_the_same_as_the_roster_holds(suite: Harness, loaded: DemoCompany) -> None:
    told = {
        event.person_id: event.message().person
        for event in suite.events("people")
        if event.type.startswith("people.person.")
    }
    assert told == {one.id: one.snapshot for one in loaded.people}
    times = [event.recorded_at for event in suite.events("people", "people.person.hired.v1")]
    assert times == sorted(times)
    assert loaded.now - timedelta(days=365) == times[0]
    assert times[-1] <= loaded.now


def test_the_log_of_the_demo_is_whole_and_accounts_for_every_row(
    suite: Harness, loaded: DemoCompany, tmp_path: Path
) -> None:
    target = tmp_path / "people.zip"
    key = load_or_create_key(suite.settings.key_dir, "people")
    export_log(
        suite.suite.databases["people"], target, service="people", audited_models=SERVICE.audited, key=key
    )
    assert verify(str(target), str(key.verifier_key)).show() == 0


def test_every_persona_can_sign_in_and_has_a_home(suite: Harness, loaded: DemoCompany) -> None:
    with suite.read("people") as uow:
        names = list(uow.session.scalars(select(Account.username)))
    assert len(names) == 14
    for name in ("rep", "payroll", "hr"):
        browser = suite.client()
        fields = {"username": name, "password": DEMO_PASSWORD, "next": ""}
        assert browser.submit("/people/sign-in", fields).status_code == 303
        assert loaded.persona(name).name in assert_page(browser.get("/people/"))


def test_no_two_accounts_share_a_hash(suite: Harness, loaded: DemoCompany) -> None:
    with suite.read("people") as uow:
        hashes = list(uow.session.scalars(select(Account.password_hash)))
    assert len(set(hashes)) == len(hashes)


def test_hr_finds_a_file_that_can_be_applied_today(suite: Harness, loaded: DemoCompany) -> None:
    with suite.read("people") as uow:
        found = uow.session.scalars(select(RosterImport)).one()
        preview = queries.find_preview(uow.session, found, local_date(suite.clock.now()))
        page = f"/people/roster/imports/{found.id}"
    assert preview is not None
    assert preview.plan.sound
    counts = [step.kind.value for step in preview.plan.steps]
    assert (counts.count("added"), counts.count("changed"), counts.count("ended")) == (2, 2, 1)
    assert_page(suite.client(Role.HR).get(page))
