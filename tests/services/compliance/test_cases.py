"""Cases, holds and sanctions over HTTP: every step in the wrong order, twice, or by the wrong person."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm.exc import StaleDataError

from services.compliance.cases import commands as cases
from services.compliance.cases.models import Case
from services.compliance.cases.rules import PLAIN_STEPS, CaseStatus, CaseStep, Outcome
from services.compliance.closing import commands as closing
from services.compliance.holds import commands as holds
from services.compliance.holds.models import Hold
from services.compliance.holds.rules import HoldStatus, HoldStep
from services.compliance.sanctions import commands as sanctions
from services.compliance.sanctions.models import Sanction
from services.compliance.sanctions.rules import SanctionStep
from shared.core.errors import Conflict, DomainError, NotFound
from shared.core.principals import Principal, Role
from shared.core.zones import local_date
from tests.harness import Harness
from tests.services.compliance.factories import World

WAYS = {
    HoldStatus.PROPOSED: [],
    HoldStatus.EFFECTIVE: [HoldStep.APPROVE],
    HoldStatus.ENDING: [HoldStep.APPROVE, HoldStep.PROPOSE_END],
    HoldStatus.ENDED: [HoldStep.APPROVE, HoldStep.PROPOSE_END, HoldStep.APPROVE_END],
    HoldStatus.REFUSED: [HoldStep.REFUSE],
    HoldStatus.WITHDRAWN: [HoldStep.WITHDRAW],
}
# Zhou proposes; Wu decides, and proposes the end; Zhou then approves the end.
BY = {HoldStep.WITHDRAW: "zhou", HoldStep.APPROVE_END: "zhou"}
RIGHT = {
    (HoldStatus.PROPOSED, HoldStep.APPROVE, "wu"),
    (HoldStatus.PROPOSED, HoldStep.REFUSE, "wu"),
    (HoldStatus.PROPOSED, HoldStep.WITHDRAW, "zhou"),
    (HoldStatus.EFFECTIVE, HoldStep.PROPOSE_END, "zhou"),
    (HoldStatus.EFFECTIVE, HoldStep.PROPOSE_END, "wu"),
    (HoldStatus.ENDING, HoldStep.APPROVE_END, "zhou"),
    (HoldStatus.ENDING, HoldStep.KEEP, "zhou"),
    (HoldStatus.ENDING, HoldStep.KEEP, "wu"),
}


def everything(h: Harness) -> dict[str, Any]:
    """Return every row of every table: what must be the same after a refusal."""
    with h.read("compliance") as uow:
        connection = uow.session.connection()
        tables = inspect(connection).get_table_names()
        return {
            table: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{table}"')).all()))
            for table in tables
        }


def _people(world: World) -> dict[str, Principal]:
    return {"zhou": world.zhou, "wu": world.wu, "lin": world.lin}


@pytest.mark.parametrize("status", list(HoldStatus))
def test_a_hold_refuses_every_wrong_step_and_every_wrong_person_and_nothing_changes(
    h: Harness, world: World, status: HoldStatus
) -> None:
    people = _people(world)
    hold = world.hold(world.case(), *((step, people[BY.get(step, "wu")]) for step in WAYS[status]))
    assert hold.status is status
    before = everything(h)
    refused = 0
    for name, who in people.items():
        api = h.api(principal=who)
        for step in HoldStep:
            if (status, step, name) in RIGHT:
                continue
            answer = api.post(f"/compliance/v1/holds/{hold.id}/steps", json={"step": step, "reason": "x"})
            expected = 404 if name == "lin" else (403, 409)
            assert answer.status_code in (expected if isinstance(expected, tuple) else (expected,)), (
                name,
                step,
            )
            refused += 1
    assert refused >= 14
    assert everything(h) == before


def test_every_right_step_of_a_hold_works_once_and_not_twice(h: Harness, world: World) -> None:
    people = _people(world)
    for number, (status, step, name) in enumerate(sorted(RIGHT)):
        person = h.person(employee_no=f"R{number}")
        hold = world.hold(
            world.case(person.id),
            *((one, people[BY.get(one, "wu")]) for one in WAYS[status]),
            person_id=person.id,
        )
        api = h.api(principal=people[name])
        url = f"/compliance/v1/holds/{hold.id}/steps"
        assert api.post(url, json={"step": step, "reason": "x"}).status_code == 200, (status, step, name)
        before = everything(h)
        assert api.post(url, json={"step": step, "reason": "x"}).status_code == 409
        assert everything(h) == before


def test_a_case_moves_only_along_its_way_and_refuses_the_rest(h: Harness, world: World) -> None:
    for number in range(len(PLAIN_STEPS) + 1):
        case = world.case(until=PLAIN_STEPS[number - 1] if number else None)
        before = everything(h)
        for step in PLAIN_STEPS:
            if PLAIN_STEPS.index(step) == number:
                continue
            for who, status in ((world.zhou, 409), (world.lin, 404)):
                answer = h.api(principal=who).post(
                    f"/compliance/v1/cases/{case.id}/steps", json={"step": step}
                )
                assert answer.status_code == status
        wrong = [("reopening", {"reason": "x"})]
        if number < len(PLAIN_STEPS):
            wrong.append(("closure", {"outcome": "partly", "summary": "x"}))
        for path, body in wrong:
            answer = h.api(principal=world.wu).post(f"/compliance/v1/cases/{case.id}/{path}", json=body)
            assert answer.status_code == 409
        assert everything(h) == before


def test_a_case_closes_and_reopens_with_reasons_and_keeps_its_record(h: Harness, world: World) -> None:
    case = world.case(until=CaseStep.DECIDE)
    api = h.api(principal=world.wu)
    url = f"/compliance/v1/cases/{case.id}"
    closed = api.post(f"{url}/closure", json={"outcome": "partly", "summary": "警告 / warning"})
    assert (closed.json["status"], closed.json["outcome"]) == ("closed", "partly")
    before = everything(h)
    for path, body in (
        ("closure", {"outcome": "partly", "summary": "x"}), ("entries", {"text": "x"}),
        ("officers", {"account_id": str(world.lin.account_id)}), ("subjects", {"person_id": str(world.wu.person_id)}),
        ("recusal", {"reason": "x"}),
        ("holds", {"person_id": str(world.rep.id), "from_on": "2026-09-21", "reason": "x"}),
        ("sanctions", {"person_id": str(world.rep.id), "periods": ["2026-Q3"], "reason": "x"}),
    ):  # fmt: skip
        assert api.post(f"{url}/{path}", json=body).status_code == 409, path
    assert everything(h) == before
    opened = api.post(f"{url}/reopening", json={"reason": "新证据 / new evidence"})
    assert (opened.json["status"], opened.json["outcome"]) == ("investigation", None)
    entries = api.get(f"{url}/entries").json["items"]
    assert [one["kind"] for one in entries[:2]] == ["reopened", "closed"]
    assert [one["body"] for one in entries[:2]] == ["新证据 / new evidence", "警告 / warning"]


def test_a_case_does_not_close_over_a_hold_that_stands_or_a_sanction_that_waits(
    h: Harness, world: World
) -> None:
    api = h.api(principal=world.wu)
    body = {"outcome": "substantiated", "summary": "x"}
    case = world.case(until=CaseStep.DECIDE)
    hold = world.hold(case, (HoldStep.APPROVE, world.wu))
    assert api.post(f"/compliance/v1/cases/{case.id}/closure", json=body).status_code == 409
    world.decide(hold, HoldStep.PROPOSE_END, world.wu, "x")
    world.decide(hold, HoldStep.APPROVE_END, world.zhou)
    sanction = world.sanction(case)
    assert api.post(f"/compliance/v1/cases/{case.id}/closure", json=body).status_code == 409
    with h.write("compliance") as uow:
        sanctions.decide_sanction(uow, world.wu, world.now, sanction.id, SanctionStep.APPROVE)
    unfounded = {**body, "outcome": "unsubstantiated"}
    assert api.post(f"/compliance/v1/cases/{case.id}/closure", json=unfounded).status_code == 409
    assert api.post(f"/compliance/v1/cases/{case.id}/closure", json=body).status_code == 200


def test_a_sanction_rests_on_a_decision_and_takes_a_second_person(h: Harness, world: World) -> None:
    early = world.case(until=CaseStep.FIND)
    with pytest.raises(Conflict):
        world.sanction(early)
    sanction = world.sanction(world.case(until=CaseStep.DECIDE))
    before = everything(h)
    url = f"/compliance/v1/sanctions/{sanction.id}/steps"
    for who, step, status in (
        (world.zhou, "approve", 403), (world.zhou, "refuse", 403), (world.wu, "withdraw", 403),
        (world.lin, "approve", 404),
    ):  # fmt: skip
        assert h.api(principal=who).post(url, json={"step": step}).status_code == status
    assert everything(h) == before
    assert h.api(principal=world.wu).post(url, json={"step": "approve"}).json["status"] == "approved"
    for step in SanctionStep:
        assert h.api(principal=world.wu).post(url, json={"step": step}).status_code == 409


def test_only_the_named_can_be_held_and_only_once_at_a_time(h: Harness, world: World) -> None:
    case = world.case()
    api = h.api(principal=world.zhou)
    url = f"/compliance/v1/cases/{case.id}/holds"
    body = {"person_id": str(world.rep.id), "from_on": "2026-09-21", "reason": "x"}
    other = h.person(employee_no="OTHER")
    assert api.post(url, json={**body, "person_id": str(other.id)}).status_code == 409
    made = api.post(url, json=body)
    assert made.status_code == 201
    assert api.get(made.headers["Location"]).json == made.json
    assert api.post(url, json=body).status_code == 409


def test_the_database_itself_allows_one_open_hold_on_a_person_in_a_case(h: Harness, world: World) -> None:
    hold = world.hold(world.case())
    columns = "id, case_id, person_id, from_on, reason, status, proposed_by, proposed_at, version, last_event_id, seal"
    with pytest.raises(Exception, match=r"(?i)unique"), h.write("compliance") as uow:
        uow.session.execute(
            text(
                f"INSERT INTO interim_hold ({columns}, reference) SELECT {columns.replace('id', 'reference', 1)}, id "
                "FROM interim_hold"
            )
        )
    assert hold.status is HoldStatus.PROPOSED


def test_a_new_case_takes_the_severity_of_its_category_unless_one_is_given(h: Harness, world: World) -> None:
    assert world.case(category="commercial_bribery").severity == "S1"
    assert world.case(category="data_security").severity == "S2"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "gossip"}, "category"),
        ({"subjects": []}, "subjects"),
        ({"officers": ["rep"]}, "officers"),
        ({"reported_on": date(2026, 9, 22)}, "reported_on"),
    ],
)
def test_a_case_that_does_not_hold_together_is_not_opened(
    h: Harness, world: World, change: dict[str, Any], field: str
) -> None:
    values: dict[str, Any] = {
        "title": "x", "description": "x", "category": "privacy", "region": "east",
        "reported_on": local_date(world.now), "subjects": [world.rep.id], **change,
    }  # fmt: skip
    if values.get("officers"):
        values["officers"] = [world.rep_account.account_id]
    before = everything(h)
    with pytest.raises((Conflict, NotFound)) as refused, h.write("compliance") as uow:
        cases.open_case(uow, world.zhou, world.now, **values)
    assert field in refused.value.fields
    assert everything(h) == before


def test_whoever_is_named_cannot_be_given_access(h: Harness, world: World) -> None:
    assert world.lin.person_id is not None
    case = world.case(world.rep.id, world.lin.person_id)
    answer = h.api(principal=world.zhou).post(
        f"/compliance/v1/cases/{case.id}/officers", json={"account_id": str(world.lin.account_id)}
    )
    assert answer.status_code == 409


def test_an_officer_who_was_recused_is_not_let_in_again(h: Harness, world: World) -> None:
    case = world.case()
    assert h.api(principal=world.wu).post(
        f"/compliance/v1/cases/{case.id}/recusal", json={"reason": "x"}
    ).status_code == 204  # fmt: skip
    again = {"account_id": str(world.wu.account_id)}
    zhou = h.api(principal=world.zhou)
    assert zhou.post(f"/compliance/v1/cases/{case.id}/officers", json=again).status_code == 409
    assert zhou.post(f"/compliance/v1/cases/{case.id}/recusal", json={"reason": "x"}).status_code == 409


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR, Role.PAYROLL])
def test_without_the_role_there_is_no_way_in(h: Harness, world: World, role: Role) -> None:
    case = world.case()
    account = Principal(world.wu.account_id, world.wu.name, frozenset({role}), world.wu.person_id)
    assert h.api(principal=account).get(f"/compliance/v1/cases/{case.id}").status_code == 403
    assert h.client(principal=account).get(f"/compliance/cases/{case.id}").status_code == 403


def _race(*tries: Callable[[], Any]) -> list[Any]:
    """Run all at once; return each one's result or error."""
    barrier = Barrier(len(tries))
    results: list[Any] = [None] * len(tries)

    def run(number: int, one: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[number] = one()
        except Exception as error:
            results[number] = error

    threads = [Thread(target=run, args=pair) for pair in enumerate(tries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_officers_who_decide_at_once_one_wins_and_the_other_is_told(h: Harness, world: World) -> None:
    for number in range(4):
        person = h.person(employee_no=f"R{number}")
        case = world.case(person.id, officers=[world.wu.account_id, world.lin.account_id])
        hold = world.hold(case, person_id=person.id)
        url = f"/compliance/v1/holds/{hold.id}/steps"

        def decide(who: Principal, step: str, at: str = url) -> int:
            return h.api(principal=who).post(at, json={"step": step}).status_code

        answers = _race(lambda: decide(world.wu, "approve"), lambda: decide(world.lin, "refuse"))
        assert sorted(answers) == [200, 409]
    decided = h.events("compliance", "compliance.hold.approved.v1")
    decided += h.events("compliance", "compliance.hold.refused.v1")
    assert len(decided) == 4
    assert len(world.stated()) == len(h.events("compliance", "compliance.hold.approved.v1"))


def test_a_decision_on_what_somebody_else_has_just_decided_is_a_conflict_in_the_database_too(
    h: Harness, world: World
) -> None:
    hold = world.hold(world.case(officers=[world.wu.account_id, world.lin.account_id]))
    stale: UUID = hold.id
    with pytest.raises((StaleDataError, DomainError)), h.write("compliance") as uow:
        seen = uow.session.get_one(Hold, stale)
        uow.session.execute(text("UPDATE interim_hold SET version = version + 1"))
        holds.decide_hold(uow, world.wu, world.now, seen.id, HoldStep.APPROVE)
    with h.read("compliance") as uow:
        assert uow.session.get_one(Hold, stale).status is HoldStatus.PROPOSED


def test_a_hold_cannot_slip_into_a_case_that_is_being_closed(h: Harness, world: World) -> None:
    for number in range(4):
        person = h.person(employee_no=f"R{number}")
        case = world.case(person.id, until=CaseStep.DECIDE)

        def close(case_id: UUID = case.id) -> None:
            with h.write("compliance") as uow:
                closing.close_case(uow, world.wu, world.now, case_id, Outcome.PARTLY, "x")

        def propose(case_id: UUID = case.id, person_id: UUID = person.id) -> None:
            with h.write("compliance") as uow:
                holds.propose_hold(
                    uow,
                    world.zhou,
                    world.now,
                    case_id,
                    person_id=person_id,
                    from_on=local_date(world.now),
                    reason="x",
                )

        _race(close, propose)
        with h.read("compliance") as uow:
            is_closed = uow.session.get_one(Case, case.id).status is CaseStatus.CLOSED
            held = uow.session.scalars(select(Hold).where(Hold.case_id == case.id)).all()
            assert is_closed != bool(held)


def test_the_list_is_searched_filtered_sorted_and_paged_among_what_may_be_seen(
    h: Harness, world: World
) -> None:
    other = h.person(name="赵六", employee_no="Z6", region="south")
    world.case(title="Alpha", reported_on=local_date(world.now - timedelta(days=3)))
    world.case(other.id, title="Beta", region="south", category="privacy")
    hidden = world.case(title="Gamma", officers=[])
    wu = h.api(principal=world.wu)

    def titles(query: str) -> list[str]:
        return [one["title"] for one in wu.get(f"/compliance/v1/cases{query}").json["items"]]

    assert titles("") == ["Beta", "Alpha"]
    assert titles("?sort=reported_on") == ["Alpha", "Beta"]
    assert titles("?q=赵六") == ["Beta"]
    assert titles("?region=south&severity=S1") == ["Beta"]
    assert titles(f"?q={hidden.code}") == []
    first = wu.get("/compliance/v1/cases?limit=1").json
    assert titles(f"?limit=1&cursor={first['next_cursor']}") == ["Alpha"]
    assert wu.get("/compliance/v1/cases?cursor=nonsense").status_code == 422


def test_sanctions_and_holds_of_a_case_are_listed_for_its_officers(h: Harness, world: World) -> None:
    case = world.case(until=CaseStep.DECIDE)
    hold, sanction = world.hold(case), world.sanction(case)
    wu = h.api(principal=world.wu)
    assert [one["id"] for one in wu.get(f"/compliance/v1/cases/{case.id}/holds").json["items"]] == [
        str(hold.id)
    ]
    found = wu.get(f"/compliance/v1/cases/{case.id}/sanctions").json["items"]
    assert [one["id"] for one in found] == [str(sanction.id)]
    with h.read("compliance") as uow:
        assert uow.session.get_one(Sanction, sanction.id).periods == ["2026-Q3"]
