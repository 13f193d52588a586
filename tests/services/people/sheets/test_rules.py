"""Cells of a roster file: what is read, what is refused, and that what is written reads back."""

from datetime import date

import pytest

from services.people.sheets.rules import COLUMNS, FIELDS, cells_of, headings, read_values, sample_rows
from shared.core.ids import new_id
from shared.messages.people import PersonSnapshot, Position, ProductLine, Region
from shared.tabular import match_columns


def read(**cells: str) -> dict[str, object]:
    values, wrong = read_values(2, cells)
    assert not wrong, [str(one.message) for one in wrong]
    return values


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "20260301", "2026-03-01 00:00:00"]
)
def test_a_date_is_read_in_every_form_that_spreadsheets_write(text: str) -> None:
    assert read(hired_on=text) == {"hired_on": date(2026, 3, 1)}


@pytest.mark.parametrize("text", ["2026-02-30", "soon", "01/03/2026", "45000", "2026-13-01", "0000-01-01"])
def test_what_is_not_a_date_is_refused_by_its_own_words(text: str) -> None:
    _, wrong = read_values(7, {"hired_on": text})
    assert [(one.row, one.field) for one in wrong] == [(7, "hired_on")]
    assert text in str(wrong[0].message)


@pytest.mark.parametrize("text", ["rep", "销售代表", "Sales representative", " sales  REPRESENTATIVE"])
def test_a_position_is_known_by_its_code_and_by_its_name_in_both_languages(text: str) -> None:
    assert read(position=text) == {"position": Position.REP}


def test_product_lines_are_a_list_in_any_order_and_language() -> None:
    expected = {"product_lines": ("consumables", "ivd")}
    assert read(product_lines="体外诊断、高值耗材") == expected
    assert read(product_lines="IVD; High-value consumables; ivd") == expected
    assert read(product_lines="") == {"product_lines": ()}


@pytest.mark.parametrize(
    ("field", "text"), [("position", "CEO"), ("region", "火星"), ("product_lines", "体外诊断、口罩")]
)
def test_an_unknown_word_is_refused(field: str, text: str) -> None:
    _, wrong = read_values(3, {field: text})
    assert [one.field for one in wrong] == [field]


def test_every_problem_of_a_row_is_named_not_only_the_first() -> None:
    _, wrong = read_values(3, {"hired_on": "x", "region": "y", "position": "z"})
    assert [one.field for one in wrong] == ["hired_on", "region", "position"]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_is_written_reads_back(locale: str) -> None:
    person = PersonSnapshot(
        person_id=new_id(), employee_no="E1", name="欧阳𠮷", hired_on=date(2024, 3, 1), position="supervisor",
        position_since=date(2025, 1, 1), org_unit="east_1", region="southwest",
        product_lines=("consumables", "equipment"), tags=("a", "b"), email="o@example.com",
    )  # fmt: skip
    cells = cells_of(person, date(2025, 2, 1), "E0", locale)
    columns = match_columns(headings(locale), FIELDS)
    texts = {field: str(cells[at] if cells[at] is not None else "") for field, at in columns.items()}
    assert read(**texts) == {
        "employee_no": "E1", "name": "欧阳𠮷", "email": "o@example.com", "hired_on": date(2024, 3, 1),
        "left_on": None, "position": Position.SUPERVISOR, "since": date(2025, 2, 1), "org_unit": "east_1",
        "region": Region.SOUTHWEST, "product_lines": ("consumables", "equipment"), "manager": "E0",
        "tags": ("a", "b"),
    }  # fmt: skip


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_sample_file_is_a_good_one(locale: str) -> None:
    for row in sample_rows(locale):
        assert len(row) == len(COLUMNS)
        values = read(**dict(zip((one.field for one in COLUMNS), row, strict=True)))
        assert values["region"] is Region.EAST
        assert values["product_lines"] == (ProductLine.CONSUMABLES,)
