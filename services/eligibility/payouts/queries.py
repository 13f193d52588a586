"""Reading runs and lines, as far as the reader may see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from services.eligibility.payouts.models import PayoutLine, PayoutRun
from services.eligibility.payouts.rules import RosterEntry
from services.eligibility.policies.models import PolicyVersion
from services.eligibility.policies.rules import FIRST_FORFEIT_BIT, Outcome, Policy
from services.eligibility.sight.rules import Sight, bits_of, show_codes
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson

_CHUNK = 5_000
_SORTS = {
    "row": PayoutLine.row_number,
    "employee_no": PayoutLine.employee_no,
    "amount": PayoutLine.amount_minor,
}
# Cells, mask, decision id, amount in minor units, currency.
LineRow = Row[*tuple[Any, ...]]
SORTS = tuple(name for one in _SORTS for name in (one, f"-{one}"))


@dataclass(frozen=True)
class LineFilter:
    """What to narrow the lines of a run to; what is empty asks for nothing."""

    outcome: Outcome | None = None
    code: str = ""
    search: str = ""


def get_run(session: Session, run_id: UUID) -> PayoutRun:
    """Return a run; raise NotFound."""
    found = session.get(PayoutRun, run_id)
    if found is None:
        raise NotFound(N_("There is no such payout run"))
    return found


def find_same_file(session: Session, file_sha256: str, period: str) -> PayoutRun | None:
    """Return the run that the same file made for the same period, or None."""
    return session.scalar(
        select(PayoutRun).where(PayoutRun.file_sha256 == file_sha256, PayoutRun.period == period)
    )


def list_runs(session: Session, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[PayoutRun]:
    """Return runs, the newest first."""
    return paginate(
        session, select(PayoutRun), keys=[PayoutRun.created_at, PayoutRun.id], cursor=cursor, limit=limit,
        descending=True,
    )  # fmt: skip


def policy_of(session: Session, run: PayoutRun) -> Policy | None:
    """Return the policy under which a run was gated; None before that."""
    found = session.get(PolicyVersion, run.policy_version_id) if run.policy_version_id else None
    return None if found is None else found.policy


def list_lines(
    session: Session,
    run: PayoutRun,
    wanted: LineFilter,
    *,
    policy: Policy | None,
    sight: Sight,
    sort: str = "row",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[PayoutLine]:
    """Return lines of a run by row, employee number or amount. A code that the reader cannot see finds nothing."""
    column = _SORTS[sort.removeprefix("-")]
    keys = [column] if column is PayoutLine.row_number else [column, PayoutLine.row_number]
    return paginate(
        session, _narrowed(run, wanted, policy, sight), keys=keys, cursor=cursor, limit=limit,
        descending=sort.startswith("-"),
    )  # fmt: skip


def count_lines(
    session: Session, run: PayoutRun, wanted: LineFilter, *, policy: Policy | None, sight: Sight
) -> int:
    """Return how many lines a filter leaves."""
    narrowed = _narrowed(run, wanted, policy, sight).subquery()
    return session.scalar(select(func.count()).select_from(narrowed)) or 0


def get_line(session: Session, run: PayoutRun, decision_id: UUID) -> PayoutLine:
    """Return the line with a decision id; raise NotFound."""
    found: PayoutLine | None = session.scalar(
        select(PayoutLine).where(PayoutLine.run_id == run.id, PayoutLine.decision_id == decision_id)
    )
    if found is None:
        raise NotFound(N_("There is no such line in this run"))
    return found


def stream_lines(
    session: Session, run: PayoutRun, wanted: LineFilter, *, policy: Policy | None, sight: Sight
) -> Iterator[LineRow]:
    """Yield (cells, mask, decision_id, amount_minor, currency) in the order of the file, without loading all."""
    statement = (
        _narrowed(run, wanted, policy, sight)
        .with_only_columns(
            PayoutLine.cells,
            PayoutLine.mask,
            PayoutLine.decision_id,
            PayoutLine.amount_minor,
            PayoutLine.currency,
        )
        .order_by(PayoutLine.row_number)
        .execution_options(yield_per=_CHUNK)
    )
    yield from session.execute(statement)


def group_lines(session: Session, run_id: UUID) -> list[tuple[str, int, int, int]]:
    """Return (currency, mask, lines, amount) of a gated run: as many rows as there are different masks."""
    statement = (
        select(
            PayoutLine.currency,
            PayoutLine.mask,
            func.count(),
            # PostgreSQL adds up BIGINT as NUMERIC; the sum of a file fits an integer on both.
            func.sum(PayoutLine.amount_minor),
        )
        .where(PayoutLine.run_id == run_id)
        .group_by(PayoutLine.currency, PayoutLine.mask)
        .order_by(PayoutLine.currency, PayoutLine.mask)
    )
    return [
        (currency, mask or 0, lines, int(total))
        for currency, mask, lines, total in session.execute(statement)
    ]


def count_codes(
    groups: Iterable[tuple[str, int, int, int]], policy: Policy, sight: Sight
) -> list[tuple[str, int]]:
    """Return how many lines have each reason code that the reader sees, the most frequent first."""
    found: dict[str, int] = {}
    for _currency, mask, lines, _amount in groups:
        for code in show_codes(policy, mask, sight):
            found[code] = found.get(code, 0) + lines
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def read_roster(session: Session, numbers: Sequence[str]) -> dict[str, RosterEntry]:
    """Return what the roster says about employee numbers, thousands at a time."""
    found: dict[str, RosterEntry] = {}
    wanted = list(dict.fromkeys(numbers))
    for start in range(0, len(wanted), _CHUNK):
        rows = session.execute(
            select(
                DirectoryPerson.employee_no, DirectoryPerson.id, DirectoryPerson.name, DirectoryPerson.left_on
            ).where(DirectoryPerson.employee_no.in_(wanted[start : start + _CHUNK]))
        )
        found |= {row.employee_no: RosterEntry(row.id, row.name, row.left_on) for row in rows}
    return found


def count_outcomes(totals: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of lines by outcome, over all currencies."""
    found = dict.fromkeys((one.value for one in Outcome), 0)
    for total in totals:
        found[total["outcome"]] += total["lines"]
    return found


def _narrowed(run: PayoutRun, wanted: LineFilter, policy: Policy | None, sight: Sight) -> Select[PayoutLine]:
    statement = select(PayoutLine).where(PayoutLine.run_id == run.id)
    if wanted.outcome is not None:
        statement = statement.where(_has_outcome(wanted.outcome))
    if wanted.code:
        bits = bits_of(policy, wanted.code, sight) if policy is not None else 0
        statement = statement.where(PayoutLine.mask.bitwise_and(bits) != 0)
    if wanted.search:
        named = select(DirectoryPerson.id).where(
            DirectoryPerson.name.contains(wanted.search, autoescape=True)
        )
        statement = statement.where(
            or_(
                PayoutLine.employee_no.contains(wanted.search, autoescape=True),
                PayoutLine.person_id.in_(named),
            )
        )
    return statement


def _has_outcome(outcome: Outcome) -> ColumnElement[bool]:
    """The bounds of `outcome_of`, on the mask."""
    match outcome:
        case Outcome.ELIGIBLE:
            return PayoutLine.mask == 0
        case Outcome.HELD:
            return and_(PayoutLine.mask > 0, PayoutLine.mask < 1 << FIRST_FORFEIT_BIT)
        case Outcome.INELIGIBLE:
            return PayoutLine.mask >= 1 << FIRST_FORFEIT_BIT
