"""Writing tables that a spreadsheet opens as they are: no cell is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.core.canonical import instant_text

# OWASP, "CSV Injection": a cell that begins with one of these may be run by the program that opens it.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def inert(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: an apostrophe is put before it."""
    return f"'{text}" if text.startswith(_RISKY) else text


def write_csv(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> bytes:
    """Return a CSV file; numbers stay numbers, texts are made inert. `utf-8-sig` is what Excel recognises."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([inert(header) for header in headers])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode(encoding)


def write_xlsx(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    widths: Sequence[int] = (),
) -> bytes:
    """Return an XLSX file with one sheet: header row frozen, texts written as texts, numbers as numbers."""
    import xlsxwriter  # On use: it takes a tenth of a second that the suite's start can do without.

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(sheet[:31])
        page.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            page.set_column(column, column, widths[column] if column < len(widths) else 16)
            page.write_string(0, column, header, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write_cell(page, number, column, cell)
    return out.getvalue()


def _csv_cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return inert(cell)
    if isinstance(cell, datetime):
        return instant_text(cell)
    return "" if cell is None else cell


def _write_cell(page: Any, row: int, column: int, cell: Any) -> None:
    match cell:
        case None | "":
            return
        case bool():
            page.write_boolean(row, column, cell)
        case int() | float() | Decimal():
            page.write_number(row, column, cell)
        case datetime():
            page.write_string(row, column, instant_text(cell))
        case date():
            page.write_string(row, column, cell.isoformat())
        case _:
            page.write_string(row, column, inert(str(cell)))
