"""What is owed: its states, how old it is, and which money may be booked on it. Days are the company's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from shared.core.errors import Conflict, IllegalTransition
from shared.core.text import N_, LocalizedText, Message


class Settlement(StrEnum):
    """What is stored of a receivable's state; whether an open one is overdue is a question of the day."""

    OPEN = "open"
    DISPUTED = "disputed"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class SettlementStep(StrEnum):
    """What can happen to a receivable."""

    SETTLE = "settle"
    DISPUTE = "dispute"
    RESOLVE = "resolve"
    WRITE_OFF = "write_off"


class ReceivableStatus(StrEnum):
    """A receivable's state on a day."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    DISPUTED = "disputed"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class Bucket(StrEnum):
    """Ageing by days past due."""

    CURRENT = "current"
    DAYS_1_30 = "1-30"
    DAYS_31_60 = "31-60"
    DAYS_61_90 = "61-90"
    DAYS_91_120 = "91-120"
    OVER_120 = "over-120"


OWED = (Settlement.OPEN, Settlement.DISPUTED)
STATUS_TITLES: dict[ReceivableStatus, Message] = {
    ReceivableStatus.NOT_DUE: N_("Not due"),
    ReceivableStatus.DUE: N_("Due today"),
    ReceivableStatus.OVERDUE: N_("Overdue"),
    ReceivableStatus.DISPUTED: N_("Disputed"),
    ReceivableStatus.PAID: N_("Paid"),
    ReceivableStatus.WRITTEN_OFF: N_("Written off"),
}
BUCKET_TITLES: dict[Bucket, Message] = {
    Bucket.CURRENT: N_("Not past due"),
    Bucket.DAYS_1_30: N_("1–30 days"),
    Bucket.DAYS_31_60: N_("31–60 days"),
    Bucket.DAYS_61_90: N_("61–90 days"),
    Bucket.DAYS_91_120: N_("91–120 days"),
    Bucket.OVER_120: N_("Over 120 days"),
}
# The first and last number of days past due of each bucket; None: without limit on that side.
BUCKET_DAYS: dict[Bucket, tuple[int | None, int | None]] = {
    Bucket.CURRENT: (None, 0),
    Bucket.DAYS_1_30: (1, 30),
    Bucket.DAYS_31_60: (31, 60),
    Bucket.DAYS_61_90: (61, 90),
    Bucket.DAYS_91_120: (91, 120),
    Bucket.OVER_120: (121, None),
}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class Debt:
    """What ageing needs of a receivable: `outstanding` in minor units."""

    due_on: date
    outstanding: int


def next_settlement(status: Settlement, step: SettlementStep) -> Settlement:
    """Return the state after `step`; raise IllegalTransition for what is not in the table."""
    match (status, step):
        case (Settlement.OPEN | Settlement.DISPUTED, SettlementStep.SETTLE):
            return Settlement.PAID
        case (Settlement.OPEN, SettlementStep.DISPUTE):
            return Settlement.DISPUTED
        case (Settlement.DISPUTED, SettlementStep.RESOLVE):
            return Settlement.OPEN
        case (Settlement.OPEN | Settlement.DISPUTED, SettlementStep.WRITE_OFF):
            return Settlement.WRITTEN_OFF
        case _:
            raise IllegalTransition("receivable", status.value, step.value)


def status_on(settlement: Settlement, due_on: date, today: date) -> ReceivableStatus:
    """Return the state on a day: due on its due day, overdue from the day after."""
    if settlement != Settlement.OPEN:
        return ReceivableStatus(settlement.value)
    if due_on > today:
        return ReceivableStatus.NOT_DUE
    return ReceivableStatus.DUE if due_on == today else ReceivableStatus.OVERDUE


def days_past_due(due_on: date, today: date) -> int:
    """Return how many days ago it was due; 0 until its due day is over."""
    return max(0, (today - due_on).days)


def bucket_of(due_on: date, today: date) -> Bucket:
    """Return the ageing bucket of something due on a day."""
    late = (today - due_on).days
    for bucket, (_, most) in BUCKET_DAYS.items():
        if most is not None and late <= most:
            return bucket
    return Bucket.OVER_120


def due_range(bucket: Bucket, today: date) -> tuple[date, date]:
    """Return the first and last due day of a bucket, for a query."""
    least, most = BUCKET_DAYS[bucket]
    return (
        FIRST_DAY if most is None else today - timedelta(days=most),
        LAST_DAY if least is None else today - timedelta(days=least),
    )


def age(debts: Iterable[Debt], today: date) -> dict[Bucket, int]:
    """Return the outstanding minor units in each bucket: they add up to all that is outstanding."""
    found = dict.fromkeys(Bucket, 0)
    for debt in debts:
        found[bucket_of(debt.due_on, today)] += debt.outstanding
    return found


def check_due_day(due_on: date) -> None:
    """Raise Conflict for a day outside of this century."""
    if not FIRST_DAY <= due_on <= LAST_DAY:
        raise Conflict(
            N_("The due day cannot be right"), fields={"due_on": [N_("A day between 2000 and 2099")]}
        )


def check_receipt(
    *, settlement: Settlement, outstanding: int, currency: str, amount: int, received_in: str,
    received_on: date, today: date,
) -> None:  # fmt: skip
    """Raise for money that cannot be booked on this debt.

    IllegalTransition when nothing is owed any more; Conflict for another currency, more than is owed, or a
    day that has not come.
    """
    next_settlement(settlement, SettlementStep.SETTLE)
    if received_in != currency:
        raise _refused("currency", N_("The debt is in %(currency)s", currency=currency))
    if amount > outstanding:
        raise _refused("amount", N_("More than is still owed"))
    if not FIRST_DAY <= received_on <= today:
        raise _refused("received_on", N_("A day that has not come yet, or lies too far back"))


def impediment_title(invoice_no: str, counterparty: LocalizedText) -> LocalizedText:
    """Return how the impediment is named to those who may see it: invoice and customer."""
    return LocalizedText(
        zh=f"发票 {invoice_no} · {counterparty.pick('zh')}",
        en=f"Invoice {invoice_no} · {counterparty.pick('en')}",
    )


def check_handover(settlement: Settlement, owner_id: UUID, to_id: UUID) -> None:
    """Raise Conflict when nothing is owed any more, or collection would go to whoever has it."""
    if settlement not in OWED:
        raise Conflict(N_("Nothing is owed on this receivable any more"))
    if owner_id == to_id:
        raise Conflict(
            N_("This person looks after the receivable already"),
            fields={"person_id": [N_("Choose somebody else")]},
        )


def _refused(field: str, problem: Message) -> Conflict:
    return Conflict(N_("This receipt cannot be booked here"), fields={field: [problem]})
