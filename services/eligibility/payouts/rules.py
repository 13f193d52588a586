"""What a payout file must be, and the steps of a run: pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.eligibility.policies.rules import Outcome, outcome_of
from shared.core.errors import DomainError, Forbidden, IllegalTransition, InvalidInput
from shared.core.money import MINOR_DIGITS, Money
from shared.core.periods import Period
from shared.core.text import N_, Message
from shared.tabular import Field, Row, RowError, Table

DEFAULT_CURRENCY = "CNY"
FIELDS = (
    Field("employee_no", ("工号", "员工编号", "员工号", "employee number", "employee id", "staff no")),
    Field("amount", ("金额", "激励金额", "奖金", "应发金额", "payout", "incentive", "bonus")),
    Field("name", ("姓名", "员工姓名", "full name", "employee name"), required=False),
    Field("currency", ("币种", "货币"), required=False),
)
# Errors shown at once: enough to see the pattern, not so many that the answer cannot be read.
MOST_ERRORS_SHOWN = 200


class RunStatus(StrEnum):
    """Where a run stands 发放批次."""

    UPLOADED = "uploaded"
    GATED = "gated"
    APPROVED = "approved"
    EXPORTED = "exported"
    SETTLED = "settled"


class PayoutFileRejected(InvalidInput):
    """The file has bad rows; nothing was stored. `errors` names each row, column and reason."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = tuple(errors)
        rows = len({one.row for one in errors})
        shown = [
            N_("Row %(row)s: %(reason)s", row=one.row, reason=one.message)
            for one in self.errors[:MOST_ERRORS_SHOWN]
        ]
        super().__init__(
            N_("%(count)s rows need correcting; nothing was stored", count=rows), fields={"file": shown}
        )


@dataclass(frozen=True)
class RosterEntry:
    """What the roster says about an employee number."""

    person_id: UUID
    name: str
    left_on: date | None


@dataclass(frozen=True)
class Line:
    """A sound line of the file."""

    row_number: int
    employee_no: str
    person_id: UUID
    amount: Money
    cells: tuple[str, ...]


@dataclass
class Reading:
    """What a file comes to: its lines, what is wrong, and the rows whose name is not the person's."""

    lines: list[Line] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    name_mismatches: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Total:
    """Lines and their sum, of one currency and outcome."""

    currency: str
    outcome: Outcome
    lines: int
    amount_minor: int

    def to_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "currency": self.currency, "outcome": self.outcome.value,
            "lines": self.lines, "amount_minor": self.amount_minor,
        }  # fmt: skip


def read_lines(
    table: Table, columns: Mapping[str, int], roster: Mapping[str, RosterEntry], period: Period
) -> Reading:
    """Check every row and return what they come to; every fault is named, not only the first."""
    reading = Reading()
    first_rows: dict[UUID, int] = {}
    for row in table.rows:
        number = row.cells[columns["employee_no"]]
        entry = roster.get(number)
        faults = [*_person_faults(row.number, number, entry, period, first_rows)]
        try:
            amount = _amount(row, columns)
        except DomainError as error:
            faults.append(RowError(row.number, _amount_field(row, columns), error.message))
        reading.errors += faults
        if faults or entry is None:
            continue
        reading.lines.append(Line(row.number, number, entry.person_id, amount, row.cells))
        if "name" in columns and row.cells[columns["name"]] not in ("", entry.name):
            reading.name_mismatches.append(row.number)
    return reading


def _person_faults(
    row: int, number: str, entry: RosterEntry | None, period: Period, first_rows: dict[UUID, int]
) -> Iterable[RowError]:
    if not number:
        yield RowError(row, "employee_no", N_("the employee number is missing"))
    elif entry is None:
        yield RowError(
            row, "employee_no", N_("nobody has the employee number %(number)s", number=number[:40])
        )
    else:
        first = first_rows.setdefault(entry.person_id, row)
        if first != row:
            message = N_("%(number)s stands in row %(first)s already", number=number, first=first)
            yield RowError(row, "employee_no", message)
        if entry.left_on is not None and entry.left_on < period.first_day:
            message = N_("%(number)s left before %(period)s began", number=number, period=period.code)
            yield RowError(row, "employee_no", message)


def _amount(row: Row, columns: Mapping[str, int]) -> Money:
    text = row.cells[columns["amount"]]
    if not text:
        raise InvalidInput(N_("the amount is missing"))
    currency = _currency(row, columns)
    if currency not in MINOR_DIGITS:
        raise InvalidInput(N_("the currency “%(currency)s” is not known", currency=currency[:8]))
    amount = Money.parse(text, currency)
    if amount.minor <= 0:
        raise InvalidInput(N_("the amount %(value)s is not above zero", value=text[:40]))
    return amount


def _currency(row: Row, columns: Mapping[str, int]) -> str:
    if "currency" not in columns:
        return DEFAULT_CURRENCY
    written = row.cells[columns["currency"]].upper()
    return {"": DEFAULT_CURRENCY, "人民币": DEFAULT_CURRENCY, "RMB": DEFAULT_CURRENCY}.get(written, written)


def _amount_field(row: Row, columns: Mapping[str, int]) -> str:
    return "amount" if _currency(row, columns) in MINOR_DIGITS else "currency"


def next_status(status: RunStatus, step: str) -> RunStatus:
    """Return where a step leads; raise IllegalTransition for any that is not listed.

    Gating again before approval decides anew with what is known by then.
    """
    match status, step:
        case ((RunStatus.UPLOADED | RunStatus.GATED), "gate"):
            return RunStatus.GATED
        case RunStatus.GATED, "approve":
            return RunStatus.APPROVED
        case RunStatus.APPROVED, "export":
            return RunStatus.EXPORTED
        case RunStatus.EXPORTED, "settle":
            return RunStatus.SETTLED
        case _:
            raise IllegalTransition("payout run", status, step)


def is_final(status: RunStatus) -> bool:
    """Say whether the gated file may be handed on; before, every copy is a draft and says so in its name."""
    return status in (RunStatus.EXPORTED, RunStatus.SETTLED)


def check_approver(created_by: str, approver: str) -> None:
    """Raise Forbidden when somebody would approve what they uploaded themselves."""
    if created_by == approver:
        raise Forbidden(N_("Whoever uploaded a file does not approve it; a second person in payroll does"))


def add_up(groups: Iterable[tuple[str, int, int, int]]) -> list[Total]:
    """Add (currency, mask, lines, amount) up by currency and outcome; every outcome is there, in its order."""
    found: dict[tuple[str, Outcome], tuple[int, int]] = {}
    for currency, mask, lines, amount in groups:
        key = (currency, outcome_of(mask))
        count, total = found.get(key, (0, 0))
        found[key] = (count + lines, total + amount)
    currencies = sorted({currency for currency, _ in found})
    return [
        Total(currency, outcome, *found.get((currency, outcome), (0, 0)))
        for currency in currencies
        for outcome in Outcome
    ]


def digest_of(salt: str, records: Iterable[str]) -> str:
    """Return SHA-256 over the salt and one record a line, in hex.

    Salted because there are few possible answers for one person: without it, whoever uploads a file of one line
    could find out by trying which facts are behind it.
    """
    digest = hashlib.sha256(salt.encode() + b"\n")
    for record in records:
        digest.update(record.encode() + b"\n")
    return digest.hexdigest()


def outcome_headings(headers: Sequence[str]) -> tuple[str, str, str]:
    """Return the headings of the added columns, in the language of the file's own."""
    chinese = any("\u4e00" <= char <= "\u9fff" for header in headers for char in header)
    return ("资格判定", "原因代码", "判定编号") if chinese else ("outcome", "reason_codes", "decision_id")


def say_status(status: RunStatus) -> Message:
    """Return the word for a status."""
    return {
        RunStatus.UPLOADED: N_("Uploaded"),
        RunStatus.GATED: N_("Gated"),
        RunStatus.APPROVED: N_("Approved"),
        RunStatus.EXPORTED: N_("Exported"),
        RunStatus.SETTLED: N_("Settled"),
    }[status]
