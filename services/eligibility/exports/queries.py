"""Making the gated file of a run from its lines."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.eligibility.exports.rules import (
    Download,
    GatedLine,
    file_name,
    gated_headers,
    gated_rows,
    make_file,
    sample_amount,
)
from services.eligibility.payouts import queries
from services.eligibility.payouts.models import PayoutRun
from services.eligibility.payouts.queries import LineFilter
from services.eligibility.policies.rules import Outcome
from services.eligibility.sight.rules import Sight
from shared.core.errors import Conflict
from shared.core.money import Money
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import DirectoryPerson
from shared.messages.people import Position

_SAMPLE = 2_000


def make_gated_file(
    session: Session,
    run: PayoutRun,
    *,
    releasable: bool = False,
    wanted: LineFilter | None = None,
    xlsx: bool | None = None,
) -> Download:
    """Return the gated file: all lines, those that `wanted` leaves, or only the releasable ones.

    `xlsx` None gives the kind that came in. Raises Conflict before the run is gated. A run in which nobody is
    eligible has a releasable file without a line: it releases nobody.
    """
    policy = queries.policy_of(session, run)
    if policy is None:
        raise Conflict(N_("This run has not been gated yet"))
    layout = run.layout
    as_xlsx = layout["encoding"] == "xlsx" if xlsx is None else xlsx
    chosen = LineFilter(outcome=Outcome.ELIGIBLE) if releasable else wanted or LineFilter()
    lines = queries.stream_lines(session, run, chosen, policy=policy, sight=Sight.CODES)
    rows = gated_rows(_lines(lines), policy, amount_column=layout["columns"]["amount"], numbers=as_xlsx)
    return make_file(
        file_name(run.period, run.id, run.status, releasable=releasable),
        gated_headers(layout["headers"]), rows,
        xlsx=as_xlsx, encoding=layout["encoding"], delimiter=layout["delimiter"],
    )  # fmt: skip


def _lines(rows: Iterator[queries.LineRow]) -> Iterator[GatedLine]:
    for cells, mask, decision_id, amount_minor, currency in rows:
        yield GatedLine(cells, mask, decision_id, Money(amount_minor, currency))


def make_sample(session: Session, *, now: datetime, locale: str) -> Download:
    """Return a payout file for the sales force on the roster today, with invented amounts: it would be taken in."""
    today = local_date(now)
    people = session.execute(
        select(DirectoryPerson.employee_no, DirectoryPerson.name, DirectoryPerson.region)
        .where(
            DirectoryPerson.position.in_([one.value for one in Position if one.sells_in_a_region]),
            DirectoryPerson.hired_on <= today,
            or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= today),
        )
        .order_by(DirectoryPerson.employee_no)
        .limit(_SAMPLE)
    )
    chinese = locale.startswith("zh")
    headers = ("工号", "姓名", "金额", "币种", "大区") if chinese else (
        "employee_no", "name", "amount", "currency", "region",
    )  # fmt: skip
    rows = [
        (one.employee_no, one.name, f"{sample_amount(one.employee_no)}.00", "CNY", one.region)
        for one in people
    ]
    return make_file("payout-sample", headers, rows, xlsx=False, encoding="utf-8", delimiter=",")
