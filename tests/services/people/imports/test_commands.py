"""Applying roster files: whole or not at all, to the roster that was previewed, once."""

import threading
import time
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from services.people.imports import commands, queries
from services.people.imports.models import RosterImportContent
from services.people.roster.models import Person, PositionAssignment
from services.people.roster.queries import find_by_employee_no
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.principals import Principal, Role
from shared.core.zones import local_date
from shared.messages.people import Region
from shared.tabular import write_csv
from tests.harness import Harness
from tests.services.people.conftest import Company, hire

HEAD = "工号,姓名,入职日期,岗位,大区,上级工号,最后工作日\r\n"


@pytest.fixture
def hr(suite: Harness) -> Principal:
    """Somebody of HR."""
    return suite.principal(Role.HR)


def upload(suite: Harness, hr: Principal, text: str | bytes, *, whole: bool = False) -> UUID:
    data = text.encode() if isinstance(text, str) else text
    with suite.write("people") as uow:
        return commands.upload_roster(
            uow, data, "名单.csv", whole_roster=whole, actor=hr, now=suite.clock.now()
        ).id


def digest(suite: Harness) -> str:
    with suite.read("people") as uow:
        return queries.read_roster(uow.session, local_date(suite.clock.now()))[1]


def apply(suite: Harness, hr: Principal, import_id: UUID, seen: str | None = None) -> None:
    with suite.write("people") as uow:
        commands.apply_import(
            uow, import_id, roster_digest=seen or digest(suite), actor=hr, now=suite.clock.now()
        )


def count(suite: Harness, table: type) -> int:
    with suite.read("people") as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def person(suite: Harness, number: str) -> Person:
    with suite.read("people") as uow:
        found = find_by_employee_no(uow.session, number)
        assert found is not None
        uow.session.expunge(found)
        return found


def test_a_file_adds_changes_and_ends_in_one_go_and_tells_each(
    suite: Harness, hr: Principal, company: Company
) -> None:
    before = len(suite.events("people"))
    text = HEAD + (
        "E004,李薇,2024-03-01,销售主管,华东,E002,\r\n"
        "E005,王磊,2024-03-01,销售代表,华东,E002,2026-09-18\r\n"
        "E007,买买提·艾力,2026-09-01,销售代表,西北,E008,\r\n"
        "E008,古丽,2026-09-01,销售主管,西北,E001,\r\n"
    )
    apply(suite, hr, upload(suite, hr, text))
    told = [event.type.split(".", 1)[1] for event in suite.events("people")[before:]]
    assert told == [
        "roster.uploaded.v1", "person.changed.v1", "person.left.v1", "person.hired.v1", "person.hired.v1",
        "roster.imported.v1",
    ]  # fmt: skip
    assert person(suite, "E007").manager_id == person(suite, "E008").id
    assert person(suite, "E005").left_on == date(2026, 9, 18)
    assert person(suite, "E004").assigned_since == date(2026, 9, 21)
    imported = suite.events("people", "people.roster.imported.v1")[0].message()
    assert (imported.added, imported.changed, imported.ended) == (2, 1, 1)


def test_the_same_file_again_changes_nobody(suite: Harness, hr: Principal) -> None:
    text = HEAD + "E1,李薇,2024-03-01,销售代表,华东,,\r\nE2,王磊,2024-03-01,销售代表,华东,E1,2026-01-31\r\n"
    apply(suite, hr, upload(suite, hr, text))
    again = upload(suite, hr, text)
    with suite.read("people") as uow:
        preview = queries.find_preview(uow.session, queries.get_import(uow.session, again), date(2026, 9, 21))
    assert preview is not None
    assert (preview.plan.steps, preview.plan.unchanged) == ([], 2)


def test_with_one_bad_row_nothing_at_all_is_applied(suite: Harness, hr: Principal) -> None:
    found = upload(suite, hr, HEAD + "E1,李薇,2024-03-01,销售代表,华东,,\r\nE2,王磊,soon,销售代表,华东,,\r\n")
    with pytest.raises(InvalidInput):
        apply(suite, hr, found)
    assert count(suite, Person) == 0
    assert suite.events("people", "people.person.hired.v1") == []


def test_a_whole_roster_that_leaves_out_too_many_is_not_applied(
    suite: Harness, hr: Principal, company: Company
) -> None:
    found = upload(suite, hr, HEAD + "E004,李薇,2024-03-01,销售代表,华东,E002,\r\n", whole=True)
    with pytest.raises(InvalidInput):
        apply(suite, hr, found)
    assert person(suite, "E006").left_on is None


def test_a_whole_roster_ends_whom_it_leaves_out(suite: Harness, hr: Principal) -> None:
    for number in range(20):
        hire(suite, f"E{number}", "李薇")
    rows = "".join(f"E{number},李薇,2024-03-01,销售代表,华东,,\r\n" for number in range(19))
    apply(suite, hr, upload(suite, hr, HEAD + rows, whole=True))
    assert person(suite, "E19").left_on == date(2026, 9, 21)
    assert person(suite, "E18").left_on is None


def test_a_roster_that_changed_since_the_preview_must_be_previewed_again(
    suite: Harness, hr: Principal, company: Company
) -> None:
    found = upload(suite, hr, HEAD + "E004,李薇,2024-03-01,销售主管,华东,E002,\r\n")
    seen = digest(suite)
    hire(suite, "E099")
    with pytest.raises(Conflict, match="changed"):
        apply(suite, hr, found, seen)
    apply(suite, hr, found)


def test_a_preview_of_yesterday_is_not_applied_today(suite: Harness, hr: Principal) -> None:
    found = upload(suite, hr, HEAD + "E1,李薇,2024-03-01,销售代表,华东,,\r\n")
    seen = digest(suite)
    suite.clock.advance(timedelta(hours=20))
    with pytest.raises(Conflict):
        apply(suite, hr, found, seen)


def test_a_file_is_applied_once(suite: Harness, hr: Principal) -> None:
    found = upload(suite, hr, HEAD + "E1,李薇,2024-03-01,销售代表,华东,,\r\n")
    apply(suite, hr, found)
    with pytest.raises(IllegalTransition):
        apply(suite, hr, found)


def test_of_two_who_apply_the_same_file_at_once_one_wins(
    suite: Harness, hr: Principal, company: Company
) -> None:
    found = upload(suite, hr, HEAD + "E099,李薇,2024-03-01,销售代表,华东,E002,\r\n")
    seen, together, outcomes = digest(suite), threading.Barrier(2), []

    def run() -> None:
        together.wait()
        try:
            apply(suite, hr, found, seen)
            outcomes.append("applied")
        except Conflict as error:
            outcomes.append(error.type)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "illegal-transition"]
    assert len(suite.events("people", "people.roster.imported.v1")) == 1


def test_two_files_applied_at_once_cannot_make_a_circle_between_them(suite: Harness, hr: Principal) -> None:
    """Each alone is sound; the second meets another roster than it was previewed against."""
    for number in ("A", "B"):
        hire(suite, number, "李薇")
    first = upload(suite, hr, HEAD + "A,李薇,2024-03-01,销售代表,华东,B,\r\n")
    second = upload(suite, hr, HEAD + "B,李薇,2024-03-01,销售代表,华东,A,\r\n")
    seen, together, refused = digest(suite), threading.Barrier(2), []

    def run(import_id: UUID) -> None:
        together.wait()
        try:
            apply(suite, hr, import_id, seen)
        except Conflict:
            refused.append(import_id)

    threads = [threading.Thread(target=run, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert sorted([person(suite, "A").manager_id is None, person(suite, "B").manager_id is None]) == [
        False,
        True,
    ]


def test_a_file_that_nobody_decides_expires_and_its_rows_are_erased(suite: Harness, hr: Principal) -> None:
    found = upload(suite, hr, HEAD + "E1,李薇,2024-03-01,销售代表,华东,,\r\n")
    suite.clock.advance(timedelta(days=1))
    with pytest.raises(Conflict, match="within a day"):
        apply(suite, hr, found)
    with suite.write("people") as uow:
        assert commands.erase_expired(uow, suite.clock.now()) == 1
    assert count(suite, RosterImportContent) == 0
    with pytest.raises(Conflict, match="within a day"):
        apply(suite, hr, found)


def test_applied_and_discarded_files_keep_no_rows(suite: Harness, hr: Principal) -> None:
    text = HEAD + "E1,李薇,2024-03-01,销售代表,华东,,\r\n"
    apply(suite, hr, upload(suite, hr, text))
    found = upload(suite, hr, text)
    with suite.write("people") as uow:
        commands.discard_import(uow, found, actor=hr, now=suite.clock.now())
    assert count(suite, RosterImportContent) == 0
    assert suite.events("people")[-1].type == "people.roster.discarded.v1"


def test_a_gb18030_file_keeps_the_rarest_characters_of_names(suite: Harness, hr: Principal) -> None:
    names = ["喆堃", "𠮷永", "䶮昕", "欧阳㛃"]
    rows = [[f"E{n}", name, "2024-03-01", "销售代表", "华东"] for n, name in enumerate(names)]
    headings = ["工号", "姓名", "入职日期", "岗位", "大区"]
    found = upload(suite, hr, write_csv(headings, rows, encoding="gb18030"))
    apply(suite, hr, found)
    with suite.read("people") as uow:
        assert queries.get_import(uow.session, found).encoding == "gb18030"
    assert [person(suite, f"E{n}").name for n in range(4)] == names


def rows_of(count: int, region: Region) -> bytes:
    headings = ["Employee number", "Name", "Hire date", "Position", "Region", "Manager number"]
    return write_csv(
        headings,
        [
            [f"E{n:05d}", "李薇", "2024-03-01", "rep", region.value, f"E{n // 10:05d}" if n else ""]
            for n in range(count)
        ],
    )


@pytest.mark.slow
def test_ten_thousand_rows_are_imported_in_seconds(suite: Harness, hr: Principal) -> None:
    """Of this process' own time: how busy the machine is besides must not decide."""
    started = time.process_time()
    apply(suite, hr, upload(suite, hr, rows_of(10_000, Region.EAST)))
    assert count(suite, Person) == 10_000
    assert time.process_time() - started < 15


def test_importing_reads_the_roster_as_often_for_a_hundred_changes_as_for_ten(
    suite: Harness, hr: Principal
) -> None:
    apply(suite, hr, upload(suite, hr, rows_of(100, Region.EAST)))

    def reads(import_id: UUID) -> int:
        seen = []

        def note(*given: object) -> None:
            words = str(given[2]).split()
            seen.append(words[0] == "SELECT" and not {"person", "position_assignment"}.isdisjoint(words))

        engine = suite.suite.databases["people"].engine
        event.listen(engine, "before_cursor_execute", note)
        apply(suite, hr, import_id)
        event.remove(engine, "before_cursor_execute", note)
        return sum(seen)

    few = reads(upload(suite, hr, rows_of(10, Region.NORTH)))
    many = reads(upload(suite, hr, rows_of(100, Region.SOUTH)))
    assert many == few > 1
    assert count(suite, PositionAssignment) == 210
