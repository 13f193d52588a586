"""What nobody outside of a case may find, wherever they look.

Routes are taken from the application itself: one that is added tomorrow is looked at tomorrow.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from werkzeug.routing import Rule

from services.compliance.app import SERVICE
from services.compliance.cases import commands as cases
from services.compliance.cases.models import Case
from services.compliance.cases.rules import CaseStep
from services.compliance.holds.models import Hold
from services.compliance.holds.rules import HoldStep
from services.compliance.sanctions import commands as sanctions
from services.compliance.sanctions.rules import SanctionStep
from shared.core.principals import Principal, Role
from shared.eventlog import export_log, load_or_create_key
from shared.eventlog.verify import verify
from tests.harness import Api, Browser, Harness
from tests.services.compliance.factories import SECRET, World
from tests.services.compliance.test_standing import hire

TITLE = "顶楼餐厅那一晚"
EVERYTHING = tuple(role for role in Role if role is not Role.SYSTEM)
# The log belongs to auditors, whoever they are, and grows with every event. It is looked through separately.
LOG = re.compile(r"/compliance/(log|operations|v1/(events|checkpoints|proofs|log-key))")
CASE_TYPES = ("case", "case_subject", "case_officer", "case_entry", "hold", "sanction")


class Affair:
    """A case with a hold and a sanction, in which Lin is an officer and is then named as well."""

    def __init__(self, world: World) -> None:
        self.world = world
        officers = [world.wu.account_id, world.lin.account_id]
        self.case = world.case(until=CaseStep.DECIDE, title=TITLE, officers=officers)
        self.hold = world.hold(self.case, (HoldStep.APPROVE, world.wu))
        self.sanction = world.sanction(self.case)
        with world.h.write("compliance") as uow:
            sanctions.decide_sanction(uow, world.wu, world.now, self.sanction.id, SanctionStep.APPROVE)
        assert world.lin.person_id is not None
        with world.h.write("compliance") as uow:
            cases.name_subject(uow, world.zhou, world.now, self.case.id, world.lin.person_id)

    @property
    def ids(self) -> list[UUID]:
        """Every id that might be tried."""
        return [self.case.id, self.hold.id, self.hold.reference, self.sanction.id, self.sanction.reference]


def _rules(h: Harness, method: str) -> Iterator[Rule]:
    for rule in h.suite.apps["compliance"].url_map.iter_rules():
        if method in (rule.methods or ()) and rule.rule != "/static/<path:name>":
            yield rule


def _addresses(h: Harness, rule: Rule, one: UUID) -> Iterator[str]:
    """Return the addresses of a rule with `one` wherever it takes an id."""
    kinds = ("csv", "xlsx") if "kind" in rule.arguments else ("",)
    adapter = h.suite.apps["compliance"].url_map.bind("localhost")
    for kind in kinds:
        values = {name: one for name in rule.arguments if name.endswith("_id")}
        values |= {name: 3 for name in ("position", "size") if name in rule.arguments}
        values |= {"kind": kind} if kind else {}
        assert set(values) == set(rule.arguments), f"teach this test about {rule.rule}"
        yield adapter.build(rule.endpoint, values)


def _client(h: Harness, rule: Rule, who: Principal) -> Browser | Api:
    return h.api(principal=who) if "/v1/" in rule.rule else h.client(principal=who)


def _seen(client: Browser | Api, url: str, *ids: UUID) -> tuple[int, bytes]:
    """Return what the answer says, without what is new in every answer and without the ids that were asked for."""
    answer = client.get(url)
    body = answer.data
    if "spreadsheet" in answer.content_type:
        return answer.status_code, b"".join(sorted(_inside(body)))
    for one in ids:
        body = body.replace(str(one).encode(), b"ID")
    for pattern in (rb'csrf_token"[^>]*value="[^"]*"', rb'X-CSRFToken": "[^"]*"', rb"[0-9a-f-]{36}"):
        body = re.sub(pattern, b"-", body)
    return answer.status_code, body


def _inside(book: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        yield from (archive.read(name) for name in archive.namelist() if "sheet" in name or "Strings" in name)


def _lin(world: World, roles: tuple[Role, ...]) -> Principal:
    return Principal(world.lin.account_id, world.lin.name, frozenset(roles), world.lin.person_id)


def test_the_named_person_finds_no_trace_on_any_route_with_every_role_at_once(
    h: Harness, world: World
) -> None:
    _look_everywhere(h, world, EVERYTHING)


@pytest.mark.parametrize("engine_name", ["sqlite"])  # What differs by role does not differ by engine.
@pytest.mark.parametrize("role", EVERYTHING)
def test_the_named_person_finds_no_trace_on_any_route_whatever_their_role(
    h: Harness, world: World, role: Role
) -> None:
    _look_everywhere(h, world, (role,))


def _look_everywhere(h: Harness, world: World, roles: tuple[Role, ...]) -> None:
    """Compare what every route says to Lin before there is a case and after; and by known and unknown ids."""
    lin = _lin(world, roles)
    queries = ("", f"?q={world.rep.name}", "?q=RL-", "?status=decision", f"?search={lin.name}")
    plain = [one for one in _rules(h, "GET") if not LOG.match(one.rule) and "_id" not in one.rule]
    by_id = [one for one in _rules(h, "GET") if not LOG.match(one.rule) and "_id" in one.rule]
    before = {
        (rule.rule, url, query): _seen(_client(h, rule, lin), url + query)
        for rule in plain
        for url in _addresses(h, rule, uuid4())
        for query in queries
    }
    affair = Affair(world)
    for rule in plain:
        for url in _addresses(h, rule, uuid4()):
            for query in queries:
                after = _seen(_client(h, rule, lin), url + query)
                assert after == before[rule.rule, url, query], f"{url}{query} tells {roles} of the case"
    for rule in by_id:
        stranger = uuid4()
        unknown = [_seen(_client(h, rule, lin), url, stranger) for url in _addresses(h, rule, stranger)]
        for one in affair.ids:
            found = [_seen(_client(h, rule, lin), url, one) for url in _addresses(h, rule, one)]
            assert found == unknown, f"{rule.rule} knows {one} when {roles} ask"


def test_what_the_named_person_does_not_see_an_officer_on_the_case_does(h: Harness, world: World) -> None:
    affair = Affair(world)
    for who, status in ((world.zhou, 200), (world.wu, 200), (world.lin, 404)):
        for path in (f"cases/{affair.case.id}", f"holds/{affair.hold.id}", f"sanctions/{affair.sanction.id}"):
            assert h.api(principal=who).get(f"/compliance/v1/{path}").status_code == status
    board = h.client(principal=world.wu).get("/compliance/cases").get_data(as_text=True)
    assert TITLE in board


def test_the_named_person_changes_nothing_on_any_route(h: Harness, world: World) -> None:
    affair = Affair(world)
    count = len(h.events("compliance"))
    bodies = {"step": "approve", "reason": "x", "outcome": "partly", "summary": "x", "text": "x", "note": "x"}
    for rule in _rules(h, "POST"):
        if "_id" not in rule.rule or LOG.match(rule.rule):
            continue
        for one in affair.ids:
            for url in _addresses(h, rule, one):
                client = _client(h, rule, world.lin)
                if isinstance(client, Api):
                    answer = client.post(url, json=bodies)
                    assert answer.status_code in (404, 422), url
                else:
                    answer = client.submit(url, bodies, form_of="/compliance/campaigns/new")
                    assert answer.status_code in (404, 422), url
    assert len(h.events("compliance")) == count


def test_a_recused_officer_and_one_who_was_never_on_the_case_find_nothing(h: Harness, world: World) -> None:
    affair = world.case(title=TITLE)
    with h.write("compliance") as uow:
        cases.recuse(uow, world.wu, world.now, affair.id, "旧同事 / former colleague")
    for who in (world.wu, world.lin):
        assert h.api(principal=who).get(f"/compliance/v1/cases/{affair.id}").status_code == 404
        assert h.api(principal=who).get("/compliance/v1/cases").json["items"] == []
        assert TITLE not in h.client(principal=who).get("/compliance/cases").get_data(as_text=True)


def _hold_of(world: World, category: str) -> tuple[Case, Hold]:
    person = world.h.person(name=f"某人 {category}", employee_no=f"N-{category}"[:40])
    case = world.case(person.id, category=category, title=TITLE)
    return case, world.hold(case, (HoldStep.APPROVE, world.wu), person_id=person.id)


def test_an_impediment_over_conduct_holds_no_byte_of_its_cause(h: Harness, world: World) -> None:
    case, hold = _hold_of(world, "commercial_bribery")
    (stated,) = world.stated()
    everything = json.dumps(stated.to_cloudevent(), ensure_ascii=False)
    for secret in (case.id, hold.id, case.code, "bribery", "贿", "S1", TITLE, SECRET, 'severity": "S'):
        assert str(secret) not in everything
    for officer in (world.zhou, world.wu):
        assert str(officer.account_id) not in everything
        assert str(officer.person_id) not in everything
    assert stated.data == {
        "person_id": str(hold.person_id), "kind": "conduct_hold", "reference": str(hold.reference),
        "intervals": [{"start": stated.data["intervals"][0]["start"], "until": None}], "severity": "", "tags": [],
        "amount_minor": None, "currency": None, "title_zh": "", "title_en": "", "cure_url": "",
    }  # fmt: skip
    assert hold.reference.version == 4


def test_two_holds_over_different_things_differ_in_nothing_but_ids_and_times(
    h: Harness, world: World
) -> None:
    for category in ("privacy", "product_integrity"):
        _hold_of(world, category)
    shown = []
    for stated in world.stated():
        plain = json.dumps(stated.to_cloudevent(), sort_keys=True)
        plain = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", plain)
        shown.append(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\"\d{19}\"", "T", plain))
    assert len(shown) == 2
    assert shown[0] == shown[1]


def test_ending_a_hold_says_as_little_as_putting_it_on(h: Harness, world: World) -> None:
    case = world.case(title=TITLE)
    world.hold(
        case, (HoldStep.APPROVE, world.wu), (HoldStep.PROPOSE_END, world.wu), (HoldStep.APPROVE_END, world.zhou)
    )  # fmt: skip
    first, last = world.stated()
    assert first.subject == last.subject
    assert {**first.data, "intervals": []} == {**last.data, "intervals": []}


def test_events_about_cases_hold_no_text_no_person_and_no_category(h: Harness, world: World) -> None:
    affair = Affair(world)
    persons = {str(world.rep.id), str(world.lin.person_id)}
    found = [one for one in h.events("compliance") if one.subject.split("/")[0] in CASE_TYPES]
    assert len(found) > 15
    for one in found:
        plain = json.dumps([one.data, one.subject], ensure_ascii=False)
        assert one.person_id is None
        assert set(one.data or {}) <= {"status", "account_id"}, one
        for secret in (*persons, TITLE, SECRET, "bribery", affair.case.code, str(affair.hold.reference)):
            assert secret not in plain


def test_no_event_names_a_case_and_a_measure_or_a_measure_and_its_impediment(
    h: Harness, world: World
) -> None:
    affair = Affair(world)
    together = {str(one) for one in affair.ids}
    for one in h.events("compliance"):
        plain = json.dumps(one.to_cloudevent())
        assert sum(name in plain for name in together) <= 1, one


def test_an_export_of_the_log_shows_nothing_of_a_case_and_still_proves_it(
    h: Harness, world: World, tmp_path: Path
) -> None:
    affair = Affair(world)
    key = load_or_create_key(tmp_path / "keys", "compliance")
    database = h.suite.databases["compliance"]
    target = tmp_path / "export.zip"
    export_log(database, target, service="compliance", audited_models=SERVICE.audited, key=key)
    rows = zipfile.ZipFile(target).read("rows.jsonl").decode().splitlines()
    mine = [row for row in rows if json.loads(row)["subject"].split("/")[0] in CASE_TYPES]
    assert len(mine) > 10
    persons = (world.rep.id, world.lin.person_id)
    secrets = (TITLE, SECRET, "bribery", affair.hold.reference, "2026-Q3", *persons, world.rep.name)
    for row in mine:
        decoded = row.encode().decode("unicode_escape", "ignore") + row
        assert not [one for one in secrets if str(one) in decoded], row
        if json.loads(row)["subject"].split("/")[0] not in ("case", "case_officer"):
            assert str(affair.case.id) not in row
    report = verify(str(target))
    assert (report.integrity, report.completeness) == ([], [])
    with h.write("compliance") as uow:
        uow.session.execute(text("UPDATE red_line_case SET title = 'nothing'"))
    export_log(database, target, service="compliance", audited_models=SERVICE.audited, key=key)
    assert len(verify(str(target)).completeness) == 1


def test_the_same_secret_is_committed_to_differently_in_every_row(
    h: Harness, world: World, tmp_path: Path
) -> None:
    for _ in range(2):
        world.case(title=TITLE)
    key = load_or_create_key(tmp_path / "keys", "compliance")
    target = tmp_path / "export.zip"
    export_log(h.suite.databases["compliance"], target, service="compliance", audited_models=[Case], key=key)
    rows = [json.loads(row) for row in zipfile.ZipFile(target).read("rows.jsonl").splitlines()]
    states = [json.loads(row["state"]) for row in rows]
    assert states[0]["title"] != states[1]["title"]
    assert states[0]["summary"] != states[1]["summary"]
    assert "seal" not in states[0]


def test_everybody_is_covered_alike_so_that_coverage_tells_nothing(h: Harness, world: World) -> None:
    for name in ("A", "B"):
        hire(h, name=name)
    shown = [
        {key: value for key, value in (one.data or {}).items() if key != "person_id"}
        for one in h.events("compliance", "compliance.coverage.stated.v1")
    ]
    assert shown[0] == shown[1]
    assert shown[0]["kinds"] == ["attestation_overdue", "conduct_hold", "conduct_forfeit"]


def test_lists_of_a_log_tell_an_auditor_who_is_named_nothing_of_why(h: Harness, world: World) -> None:
    affair = Affair(world)
    auditor = _lin(world, (Role.AUDITOR,))
    for rule in _rules(h, "GET"):
        if LOG.match(rule.rule) and "_id" not in rule.rule:
            for url in _addresses(h, rule, uuid4()):
                answer = _client(h, rule, auditor).get(url)
                packed = "spreadsheet" in answer.content_type
                body = (b"".join(_inside(answer.data)) if packed else answer.data).decode()
                assert not [one for one in (TITLE, SECRET, affair.case.code) if one in body], url
