"""Whatever a roster holds, its own export says the same: importing it changes nobody."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.people.imports import commands, queries
from services.people.imports.queries import Preview
from services.people.roster.rules import Facts, Post, problems_of
from services.people.sheets.rules import cells_of, headings
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.core.zones import local_date
from shared.messages.people import PersonSnapshot, Position, ProductLine, Region
from shared.tabular import write_csv
from tests.harness import Harness

TODAY = date(2026, 9, 21)
LETTERS = st.characters(categories=["Lo", "Lu", "Ll", "Lm", "Mn", "Nd", "Co", "Po", "Pd", "Sm", "Zs"])
# XLSX is XML: what XML 1.0 cannot hold, and its own escapes (_x000D_), are another matter.
NAMES = st.text(LETTERS, min_size=1, max_size=12).map(lambda text: " ".join(text.split()))
TAGS = st.from_regex(r"[a-z0-9]{1,8}(?:[.-][a-z]{1,4})?", fullmatch=True)
POST = Post(Position.DIRECTOR)


def is_a_name(text: str) -> bool:
    return bool(text) and not problems_of(Facts("E1", text, TODAY), POST, TODAY)


@st.composite
def people(draw: st.DrawFn) -> list[tuple[PersonSnapshot, date, str]]:
    """Up to six people, each under an earlier one or nobody, with the day of their assignment."""
    prefix = new_id().hex[-12:]
    made: list[tuple[PersonSnapshot, date, str]] = []
    for n in range(draw(st.integers(1, 6))):
        hired = draw(st.dates(date(2000, 1, 1), TODAY))
        left = draw(st.none() | st.dates(hired, TODAY + timedelta(days=90)))
        since = draw(st.dates(hired, min(left or TODAY, TODAY)))
        position = draw(st.sampled_from(Position))
        region = draw(
            st.sampled_from(Region) if position.sells_in_a_region else st.sampled_from(["", *Region])
        )
        snapshot = PersonSnapshot(
            person_id=new_id(),
            employee_no=f"{prefix}-{n}",
            name=draw(NAMES.filter(is_a_name)),
            hired_on=hired,
            left_on=left,
            position=position,
            position_since=since,
            org_unit=draw(st.just("") | NAMES.filter(is_a_name)),
            region=region,
            product_lines=tuple(sorted(draw(st.sets(st.sampled_from([one.value for one in ProductLine]))))),
            tags=tuple(sorted(draw(st.sets(TAGS, max_size=3)))),
            email=draw(st.sampled_from(["", "a.b@example.com", "李@例子.公司"])),
        )  # fmt: skip
        manager = draw(st.sampled_from(["", *(one[0].employee_no for one in made)]))
        made.append((snapshot, since, manager))
    return made


def preview(suite: Harness, data: bytes) -> tuple[Any, Preview]:
    hr = suite.principal(Role.HR)
    with suite.write("people") as uow:
        found = commands.upload_roster(
            uow, data, "roster", whole_roster=True, actor=hr, now=suite.clock.now()
        )
    with suite.read("people") as uow:
        kept = queries.get_import(uow.session, found.id)
        shown = queries.find_preview(uow.session, kept, local_date(suite.clock.now()))
    assert shown is not None
    return found.id, shown


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    made=people(),
    read=st.sampled_from(["zh", "en"]),
    write=st.sampled_from(["zh", "en"]),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_importing_an_export_of_the_roster_changes_nobody(
    suite: Harness, made: list[tuple[PersonSnapshot, date, str]], read: str, write: str, kind: str
) -> None:
    rows = [cells_of(snapshot, since, manager, read) for snapshot, since, manager in made]
    hr = suite.principal(Role.HR)
    with suite.write("people") as uow:
        found = commands.upload_roster(
            uow, write_csv(headings(read), rows, encoding="gb18030"), "roster.csv", whole_roster=False, actor=hr,
            now=suite.clock.now(),
        )  # fmt: skip
    with suite.read("people") as uow:
        kept = queries.get_import(uow.session, found.id)
        shown = queries.find_preview(uow.session, kept, TODAY)
        assert shown is not None
        assert not shown.plan.errors, [(one.row, one.field, str(one.message)) for one in shown.plan.errors]
        assert len(shown.plan.steps) == len(made)
    with suite.write("people") as uow:
        commands.apply_import(
            uow, found.id, roster_digest=shown.roster_digest, actor=hr, now=suite.clock.now()
        )
    if kind == "xlsx" and any("_x" in snapshot.name + snapshot.org_unit for snapshot, _, _ in made):
        kind = "csv"
    exported = suite.client(Role.HR, locale=write).get(f"/people/roster.{kind}?presence=all")
    _, again = preview(suite, exported.data)
    assert [(one.row, one.field, str(one.message)) for one in again.plan.errors] == []
    assert [(one.facts.employee_no, one.changes) for one in again.plan.steps] == []
    assert again.plan.stop is None
    assert again.plan.unchanged >= len(made)
