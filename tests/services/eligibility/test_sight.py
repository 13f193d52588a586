"""Who sees what: payroll, HR, managers and the person cannot tell a conduct hold from a missing report."""

import re
from typing import Any
from uuid import UUID

import pytest

from services.eligibility.sight.rules import Sight, bits_of, find_sight, show_codes
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from tests.harness import Harness
from tests.services.eligibility.feeders import COVERS, World
from tests.services.eligibility.test_runs import text_file, upload

DEFAULT_SOURCES = tuple(COVERS)


class Pair:
    """Two people who are alike but for this: one has a conduct hold, on the other nobody has reported."""

    def __init__(self, world: World) -> None:
        self.manager = world.person(employee_no="M1", name="赵敏", position="supervisor")
        common: dict[str, Any] = {"name": "李薇", "manager_id": self.manager.id}
        self.hold = world.person(employee_no="P1", **common)
        self.unknown = world.person(employee_no="P2", covered=("training", "contracts"), **common)
        world.conduct_hold(self.hold.id)
        # Two causes at once must not look like more than one.
        world.conduct_hold(self.hold.id)
        self.world = world

    def same(self, text: str, other: str) -> None:
        """Compare two texts once the ids that differ have been replaced."""
        assert neutral(text) == neutral(other)


def neutral(text: str) -> str:
    """Replace what has to differ between two people: ids, numbers, tokens."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r'(name="csrf_token"[^>]*value=|X-CSRFToken": )"[^"]+"', "TOKEN", text)
    return re.sub(r"\bP[12]\b|[Rr]ow [23]\b|<code class=\"small\">[0-9a-f]{8}</code>", "N", text)


@pytest.fixture
def pair(world: World) -> Pair:
    """The two."""
    return Pair(world)


@pytest.mark.parametrize("role", [Role.PAYROLL, Role.HR, Role.MANAGER, Role.REP])
def test_the_answer_about_a_conduct_hold_is_that_about_a_missing_report(pair: Pair, role: Role) -> None:
    def answer(person_id: UUID, query: str) -> str:
        own = {Role.MANAGER: pair.manager.id, Role.REP: person_id}.get(role)
        found = pair.world.h.api(role, person_id=own).get(
            f"/eligibility/v1/people/{person_id}/eligibility{query}"
        )
        assert found.status_code == 200
        assert found.get_json()["outcome"] == "held"
        assert [one["code"] for one in found.get_json()["reasons"]] == ["UNDER_REVIEW"]
        return found.get_data(as_text=True)

    for query in ("", "?period=2026-Q3", "?period=2026-Q4"):
        pair.same(answer(pair.hold.id, query), answer(pair.unknown.id, query))


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_pages_about_both_are_the_same(pair: Pair, locale: str) -> None:
    h = pair.world.h

    def pages(person_id: UUID) -> list[str]:
        rep = h.client(Role.REP, person_id=person_id, locale=locale)
        others = [
            h.client(Role.PAYROLL, locale=locale), h.client(Role.HR, locale=locale),
            h.client(Role.MANAGER, person_id=pair.manager.id, locale=locale),
        ]  # fmt: skip
        found = [rep.get("/eligibility/me"), *(one.get(f"/eligibility/people/{person_id}") for one in others)]
        assert [one.status_code for one in found] == [200] * 4
        return [one.get_data(as_text=True) for one in found]

    for one, other in zip(pages(pair.hold.id), pages(pair.unknown.id), strict=True):
        pair.same(one, other)


def test_the_lines_pages_and_files_of_both_are_the_same_to_payroll(pair: Pair) -> None:
    h = pair.world.h
    run = upload(pair.world, text_file(("P1", "李薇", 5), ("P2", "李薇", 5)))
    client, api = h.client(Role.PAYROLL), h.api(Role.PAYROLL)
    one, other = api.get(f"/eligibility/v1/payout-runs/{run.id}/lines").get_json()["items"]
    assert {**one, "row_number": 0} == {
        **other, "row_number": 0, "employee_no": "P1", "person_id": one["person_id"],
        "decision_id": one["decision_id"],
    }  # fmt: skip
    base = f"/eligibility/payouts/{run.id}"
    pages = [
        client.get(f"{base}/lines/{line['decision_id']}").get_data(as_text=True) for line in (one, other)
    ]
    pair.same(*pages)
    found = client.get(f"{base}?code=UNDER_REVIEW").get_data(as_text=True)
    assert one["decision_id"] in found
    assert other["decision_id"] in found
    for code in ("CONDUCT_HOLD", "UNKNOWN"):
        assert one["decision_id"] not in client.get(f"{base}?code={code}").get_data(as_text=True)
    first, second = client.get(f"{base}/file").get_data(as_text=True).splitlines()[1:]
    pair.same(first, second)
    assert "UNDER_REVIEW" in first


def test_files_of_one_line_give_payroll_nothing_to_tell_them_apart_by(pair: Pair) -> None:
    h = pair.world.h
    runs = [upload(pair.world, text_file((number, "李薇", 5))) for number in ("P1", "P2")]
    api = h.api(Role.PAYROLL)
    told = [api.get(f"/eligibility/v1/payout-runs/{run.id}").get_json() for run in runs]
    different = {name for name in told[0] if told[0][name] != told[1][name]}
    # Digests are salted with a secret of the run: they differ between any two runs, whatever is in them.
    assert different == {"id", "file_sha256", "facts_digest", "decisions_digest"}
    again = upload(pair.world, text_file(("P2", "李薇", "5.00")))
    assert again.facts_digest != runs[1].facts_digest


@pytest.mark.parametrize("role", [Role.PAYROLL, Role.HR])
@pytest.mark.parametrize("name", ["as_of", "known_at"])
def test_who_may_not_know_causes_cannot_find_out_when_one_began(pair: Pair, role: Role, name: str) -> None:
    url = f"/eligibility/v1/people/{pair.hold.id}/eligibility?{name}=2026-09-01T00:00:00Z"
    assert pair.world.h.api(role).get(url).status_code == 403
    assert pair.world.h.api(Role.AUDITOR).get(url).status_code == 200


def test_compliance_sees_that_it_is_theirs_and_audit_what_it_rests_on(pair: Pair) -> None:
    url = f"/eligibility/v1/people/{pair.hold.id}/eligibility"
    (theirs,) = pair.world.h.api(Role.COMPLIANCE).get(url).get_json()["reasons"]
    assert (theirs["code"], theirs["since"], theirs["reference"]) == ("CONDUCT_HOLD", None, None)
    seen = pair.world.h.api(Role.AUDITOR).get(url).get_json()
    assert len(seen["reasons"]) == 2
    assert all(one["since"] and one["reference"] for one in seen["reasons"])
    assert seen["digest"]


@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.AUDITOR])
def test_whoever_is_concerned_sees_no_cause_whatever_their_role(pair: Pair, role: Role) -> None:
    api = pair.world.h.api(role, person_id=pair.hold.id)
    found = api.get(f"/eligibility/v1/people/{pair.hold.id}/eligibility").get_json()
    assert [one["code"] for one in found["reasons"]] == ["UNDER_REVIEW"]
    assert found["digest"] is None


def test_a_person_is_there_for_themselves_their_managers_and_certain_roles_only(world: World) -> None:
    manager = world.person(position="district_manager")
    person = world.person(manager_id=world.person(manager_id=manager.id).id)
    url = f"/eligibility/v1/people/{person.id}/eligibility"

    def status(*roles: Role, own: UUID | None = None) -> int:
        return world.h.api(*roles, person_id=own).get(url).status_code

    assert status(Role.REP, own=person.id) == 200
    assert status(Role.REP, own=world.person().id) == 404
    assert status(Role.MANAGER, own=manager.id) == 200
    assert status(Role.REP, own=manager.id) == 404
    assert status(Role.MANAGER, own=world.person().id) == 404
    for role in (Role.PAYROLL, Role.HR, Role.COMPLIANCE, Role.AUDITOR):
        assert status(role) == 200
    for role in (Role.TRAINER, Role.LEGAL, Role.FINANCE):
        assert status(role) == 404
    assert status(Role.ADMINISTRATOR) == 403
    assert status() == 401


def test_payroll_sees_codes_and_the_person_what_it_rests_on(world: World) -> None:
    person = world.person()
    world.overdue(person.id)
    world.overdue(person.id)
    url = f"/eligibility/v1/people/{person.id}/eligibility"
    (code,) = world.h.api(Role.PAYROLL).get(url).get_json()["reasons"]
    assert code["code"] == "TRAINING_OVERDUE"
    assert code["since"] is code["cure_url"] is code["reference"] is code["title"] is None
    own = world.h.api(Role.REP, person_id=person.id).get(url).get_json()["reasons"]
    assert [one["title"]["zh"] for one in own] == ["反商业贿赂年度培训"] * 2
    assert all(one["cure_url"] == "/training/my/1" and one["since"] for one in own)


@pytest.mark.parametrize(
    "role", [one for one in Role if one not in (Role.PAYROLL, Role.AUDITOR, Role.SYSTEM)]
)
def test_payout_runs_are_for_payroll_and_audit_alone(h: Harness, world: World, role: Role) -> None:
    world.person(employee_no="A")
    run = upload(world, text_file(("A", "", 5)))
    assert h.api(role).get("/eligibility/v1/payout-runs").status_code == 403
    for path in ("", "/new", f"/{run.id}", f"/{run.id}/file", "/sample.csv"):
        assert h.client(role).get(f"/eligibility/payouts{path}").status_code == 403
    assert h.client(Role.AUDITOR).get("/eligibility/payouts/new").status_code == 403


def test_no_role_but_audit_and_compliance_ever_gets_the_sight_of_causes() -> None:
    for role in Role:
        principal = Principal(new_id(), "x", frozenset({role}))
        for above in (False, True):
            sight = find_sight(principal, is_self=False, is_above=above)
            knows = sight is not None and sight.knows_causes
            assert knows == (role in (Role.AUDITOR, Role.COMPLIANCE))


def test_a_mask_shows_one_public_code_for_every_hidden_cause(world: World) -> None:
    policy = world.policy()
    hidden = policy.confidential_bits
    assert (
        show_codes(policy, hidden, Sight.CODES) == show_codes(policy, hidden, Sight.OWN) == ("UNDER_REVIEW",)
    )
    assert set(show_codes(policy, hidden, Sight.FULL)) == {"CONDUCT_HOLD", "CONDUCT_FORFEIT", "UNKNOWN"}
    assert bits_of(policy, "UNDER_REVIEW", Sight.CODES) == hidden
    assert bits_of(policy, "CONDUCT_HOLD", Sight.CODES) == bits_of(policy, "UNKNOWN", Sight.OWN) == 0
