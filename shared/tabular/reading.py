"""Reading a table that somebody uploaded: found out by content, bounded, and every cell as plain text."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from defusedxml.common import DefusedXmlException

from shared.core.errors import InvalidInput, TooLarge
from shared.core.text import N_

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_100_000
MAX_COLUMNS = 200
MAX_CELL = 4_000
# A spreadsheet of figures unpacks to perhaps thirty times its size; beyond this it was built to explode.
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 120
_ZIP = b"PK\x03\x04"
_OTHER_FORMATS = {
    b"\xd0\xcf\x11\xe0": "XLS",
    b"%PDF": "PDF",
    b"{\\rt": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
}


@dataclass(frozen=True)
class Row:
    """`number` is the row's number as a spreadsheet shows it (the header is 1)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The first sheet of a file. `encoding` is that of a CSV ("utf-8", "gb18030") or "xlsx"."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str = ","


def read_table(data: bytes, filename: str, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> Table:
    """Return the table in `data`, a CSV (UTF-8 or GB18030; comma, semicolon or tab) or XLSX file.

    Empty rows are left out. Raises InvalidInput for what is not a table (naming the row where it can), and
    TooLarge for too many bytes, rows or columns, or an archive that would explode.
    """
    if len(data) > max_bytes:
        raise TooLarge(N_("The file is larger than %(limit)s MB", limit=max_bytes // 2**20))
    if not data.strip():
        raise InvalidInput(N_("The file is empty"))
    if data.startswith(_ZIP):
        return _table(_xlsx_rows(data), "xlsx", max_rows=max_rows)
    for magic, name in _OTHER_FORMATS.items():
        if data.startswith(magic):
            raise InvalidInput(
                N_(
                    "“%(file)s” is a %(format)s file; save it as XLSX or CSV",
                    file=filename[-80:],
                    format=name,
                )
            )
    text, encoding = _decode(data, filename)
    delimiter = _delimiter(text)
    return _table(_csv_rows(text, delimiter), encoding, max_rows=max_rows, delimiter=delimiter)


def _table(
    rows: Iterator[tuple[int, tuple[str, ...]]], encoding: str, *, max_rows: int, delimiter: str = ","
) -> Table:
    kept: list[Row] = []
    headers: tuple[str, ...] | None = None
    for number, cells in rows:
        if not any(cells):
            continue
        if headers is None:
            headers = _trimmed(cells)
            continue
        if len(kept) >= max_rows:
            raise TooLarge(N_("The file has more than %(limit)s rows", limit=max_rows))
        if any(cells[len(headers) :]):
            raise InvalidInput(N_("Row %(row)s has more cells than there are column headings", row=number))
        width = len(headers)
        kept.append(Row(number, (cells + ("",) * (width - len(cells)))[:width]))
    if headers is None:
        raise InvalidInput(N_("The file is empty"))
    return Table(headers, tuple(kept), encoding, delimiter)


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    last = max(index for index, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _decode(data: bytes, filename: str) -> tuple[str, str]:
    """UTF-8 if it is, else GB18030 (which has GBK and GB2312 in it); anything with NUL bytes is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        encodings = []
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _looks_binary(text):
            return text, encoding.removesuffix("-sig")
    raise InvalidInput(N_("“%(file)s” is neither XLSX nor CSV in UTF-8 or GB18030", file=filename[-80:]))


def _looks_binary(text: str) -> bool:
    head = text[:4000]
    return sum(1 for char in head if ord(char) < 32 and char not in "\t\r\n") > len(head) // 100


def _delimiter(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=line.count)


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        # Rows, not lines: a cell may hold several lines, and a spreadsheet counts it once.
        for number, cells in enumerate(reader, start=1):
            _check_width(len(cells), number)
            yield number, tuple(_clean(cell, number) for cell in cells)
    except csv.Error as error:
        raise InvalidInput(
            N_("Row %(row)s is not valid CSV: check its quotation marks", row=reader.line_num)
        ) from error


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    # On use: it takes time that the suite's start can do without.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(data)
    try:
        # `data_only` reads what a formula came to, never the formula; nothing is evaluated here.
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            _check_width(len(values), number)
            yield number, tuple(_clean(_cell_text(value), number) for value in values)
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, TypeError, EOFError,
            OSError, AttributeError, DefusedXmlException, SyntaxError) as error:  # fmt: skip
        raise InvalidInput(
            N_("This is not an XLSX file that can be read: it is damaged or something else")
        ) from error


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise InvalidInput(
            N_("This is not an XLSX file that can be read: it is damaged or something else")
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > 2_000 or unpacked > MAX_UNPACKED or unpacked > max(len(data), 20_000) * MAX_RATIO:
        raise TooLarge(N_("The file unpacks to far more than a spreadsheet would; it was not opened"))
    if any(entry.flag_bits & 1 for entry in entries):
        raise InvalidInput(N_("The file is protected by a password; save it without one"))


def _cell_text(value: Any) -> str:
    """Write a typed cell the way the same value stands in a CSV: 2026-03-01, 1234.5, TRUE."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float():
            return format(Decimal(repr(value)).normalize(), "f")
        case _:
            return str(value)


def _check_width(width: int, row: int) -> None:
    if width > MAX_COLUMNS:
        raise TooLarge(N_("Row %(row)s has more than %(limit)s columns", row=row, limit=MAX_COLUMNS))


def _clean(cell: str, row: int) -> str:
    if len(cell) > MAX_CELL:
        raise TooLarge(
            N_("Row %(row)s has a cell of more than %(limit)s characters", row=row, limit=MAX_CELL)
        )
    if "\x00" in cell:
        raise InvalidInput(N_("Row %(row)s has characters that are not text", row=row))
    return cell.replace("\ufeff", "").strip(" \t\r\n\u3000\xa0")
