"""Reading tables from strangers and writing them for people."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from shared.core.errors import InvalidInput, TooLarge
from shared.tabular import Field, match_columns, parse_day, read_table, write_csv, write_xlsx

FIELDS = (
    Field("employee_no", ("工号", "Employee no.")),
    Field("name", ("姓名", "Name")),
    Field("note", ("备注",), False),
)


def _book(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_csv_is_read_in_every_encoding_that_spreadsheets_write(encoding: str) -> None:
    table = read_table("工号,姓名\nE001,喆堃\n".encode(encoding), "名单.csv")
    assert table.headers == ("工号", "姓名")
    assert [(row.number, row.cells) for row in table.rows] == [(2, ("E001", "喆堃"))]


def test_an_xlsx_is_known_by_its_content_whatever_it_is_called() -> None:
    table = read_table(_book([["工号", "姓名"], ["E1", "李薇"]]), "roster.csv")
    assert table.encoding == "xlsx"
    assert table.rows[0].cells == ("E1", "李薇")


def test_numbers_and_dates_of_an_xlsx_read_like_those_of_a_csv() -> None:
    from datetime import datetime

    table = read_table(_book([["a", "b", "c", "d"], [1234.5, 7, datetime(2026, 3, 1), 1e16]]), "x.xlsx")  # noqa: DTZ001
    assert table.rows[0].cells == ("1234.5", "7", "2026-03-01", "10000000000000000")


def test_row_numbers_count_empty_rows_as_the_spreadsheet_does() -> None:
    table = read_table(b"a,b\n\n1,2\n,\n3,4\n", "x.csv")
    assert [row.number for row in table.rows] == [3, 5]


def test_a_formula_is_read_as_its_result_and_never_run() -> None:
    assert read_table(_book([["a"], ["=1+1"]]), "x.xlsx").rows == ()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.csv"),
        (b"%PDF-1.7 ...", "file.csv"),
        (b"\xd0\xcf\x11\xe0rest", "old.xls"),
        (b"PK\x03\x04 not a zip", "broken.xlsx"),
        (bytes(range(256)) * 20, "noise.csv"),
        (b'a,b\n"unclosed,1\n', "quotes.csv"),
        (b"a,b\n1,2,3\n", "wide.csv"),
    ],
)
def test_what_is_not_a_table_is_refused_with_words(data: bytes, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_table(data, name)
    assert str(caught.value)


def test_a_zip_of_something_else_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hi")
    with pytest.raises(InvalidInput):
        read_table(out.getvalue(), "x.xlsx")


def test_a_zip_bomb_is_refused_without_being_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(TooLarge):
        read_table(out.getvalue(), "bomb.xlsx")


def test_too_many_bytes_rows_or_columns_are_refused() -> None:
    with pytest.raises(TooLarge):
        read_table(b"a\n" + b"1\n" * 20, "x.csv", max_rows=10)
    with pytest.raises(TooLarge):
        read_table(b"a\n" * 100, "x.csv", max_bytes=50)
    with pytest.raises(TooLarge):
        read_table(b",".join(b"a" for _ in range(500)), "x.csv")


def test_headings_are_found_in_both_languages_in_any_order() -> None:
    assert match_columns(("姓名", "Other", "EMPLOYEE NO"), FIELDS) == {"name": 0, "employee_no": 2}


def test_missing_and_doubled_headings_are_all_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        match_columns(("姓名", "Name"), FIELDS)
    said = " ".join(str(one) for one in caught.value.fields["file"])
    assert "工号" in said
    assert "twice" in said


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_no_written_cell_begins_like_a_formula(text: str) -> None:
    cell = write_csv(["h"], [[text]], encoding="utf-8").decode().split("\r\n")[1].lstrip('"')
    assert not cell.startswith(("=", "+", "-", "@"))


def test_hostile_cells_of_an_xlsx_are_strings_and_numbers_stay_numbers() -> None:
    data = write_xlsx(["name", "amount"], [["=cmd|' /C calc'!A0", Decimal("-12.5")]])
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value.startswith("'=")
    assert sheet["B2"].value == -12.5


def test_what_is_written_is_read_back() -> None:
    rows = [["E1", "李薇"], ["E2", "王,磊"]]
    for data in (
        write_csv(["工号", "姓名"], rows),
        write_csv(["工号", "姓名"], rows, encoding="gb18030"),
        write_xlsx(["工号", "姓名"], rows),
    ):
        assert [list(row.cells) for row in read_table(data, "x").rows] == rows


@pytest.mark.parametrize(
    "text", ["2026-12-31", "2026/12/31", "2026年12月31日", "2026.12.31", "20261231", "2026-12-31 00:00:00"]
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_day(text) == date(2026, 12, 31)


@given(st.text(max_size=20))
def test_what_is_no_day_is_none(text: str) -> None:
    found = parse_day(text)
    assert found is None or parse_day(found.isoformat()) == found
