"""What a gated file is called and how its rows look: pure, and the same for whoever downloads it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID
from zlib import crc32

from services.eligibility.payouts.rules import RunStatus, is_final, outcome_headings
from services.eligibility.policies.rules import Policy, outcome_of
from services.eligibility.sight.rules import Sight, show_codes
from shared.core.money import Money
from shared.tabular import write_csv, write_xlsx

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Download:
    """A file to hand out."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class GatedLine:
    """A line as it came in and what was decided."""

    cells: Sequence[str]
    mask: int
    decision_id: UUID
    amount: Money


def make_file(
    name: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    xlsx: bool,
    encoding: str,
    delimiter: str,
) -> Download:
    """Write rows as XLSX, or as CSV in an encoding (UTF-8 with a mark that spreadsheets recognise)."""
    if xlsx:
        return Download(f"{name}.xlsx", XLSX_TYPE, write_xlsx(headers, rows))
    written = "gb18030" if encoding == "gb18030" else "utf-8-sig"
    data = write_csv(headers, rows, encoding=written, delimiter=delimiter)
    return Download(f"{name}.csv", CSV_TYPE, data)


def file_name(period: str, run_id: UUID, status: RunStatus, *, releasable: bool) -> str:
    """Return a name that says what the file is; until the run is exported it says DRAFT."""
    parts = ["payout", period, str(run_id)[-8:], "release" if releasable else "gated"]
    return "-".join(parts if is_final(status) else [*parts, "DRAFT"])


def gated_headers(headers: Sequence[str]) -> list[str]:
    """Return the file's own headings and those of the three columns added."""
    return [*headers, *outcome_headings(headers)]


def gated_rows(
    lines: Iterable[GatedLine], policy: Policy, *, amount_column: int, numbers: bool
) -> Iterator[list[Any]]:
    """Yield each line with outcome, reason codes and decision id; `numbers` writes the amount as a number."""

    @cache
    def said(mask: int) -> tuple[str, str]:
        # There are a few dozen different masks, and up to a million lines.
        return outcome_of(mask).value, ";".join(show_codes(policy, mask, Sight.CODES))

    for line in lines:
        cells: list[str | Decimal] = list(line.cells)
        if numbers:
            cells[amount_column] = line.amount.decimal
        yield [*cells, *said(line.mask), str(line.decision_id)]


def sample_amount(employee_no: str) -> int:
    """Return an invented amount in whole yuan, the same every time for the same person."""
    return 3_000 + crc32(employee_no.encode()) % 250 * 100
