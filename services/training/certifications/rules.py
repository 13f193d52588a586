"""When something is due, first and again; how long what was earned counts; and how that stands. Pure.

Four days belong to everything that is asked. It *opens* (`window_days` before it is due), it is *due* (from the
day after, it is overdue), its window *ends* (`grace_days` later: from then on it stands in the way of good
standing), and what was earned by it *expires*: due is not expiry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from services.training.certificates.rules import add_months
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.text import N_
from shared.core.zones import end_of_day, local_date


class DueKind(StrEnum):
    """What the first due date counts from."""

    AFTER_JOINING = "after_joining"
    AFTER_HIRE = "after_hire"
    AFTER_POSITION = "after_position"
    FIXED_DATE = "fixed_date"


class Basis(StrEnum):
    """What the next due date counts from."""

    COMPLETION = "completion"
    EXPIRY = "expiry"
    FIXED = "fixed"


class OffCycle(StrEnum):
    """When somebody is first due who joins a fixed date after its window has opened."""

    DAYS = "days"
    NEXT_CYCLE = "next_cycle"
    SAME_DATE = "same_date"


@dataclass(frozen=True)
class DueRule:
    """By when, and whether again. All days are calendar days of the company.

    First due, by `kind`: `days` days after the person joined the audience (by hire, by a move, or because the
    path began), was hired, or took their position; or on the fixed date `anchor`. Whoever joins a fixed date
    when its window has opened already is *off-cycle*: due `days` days after joining, or on the date of the next
    cycle (where there is none: never), or on the same date as everybody while that has not passed.

    Due again every `every_months` months, by `basis`: COMPLETION, so many months after it was done; EXPIRY, on
    the day on which what was earned runs out (so that its window_end is that day; the months count where the
    course gives nothing that runs out); FIXED, on `anchor` and every so many months from it. What does not
    recur (`every_months` None) is due again only when its certificate runs out.

    A fixed cycle runs from the first of a month: a yearly one with the calendar year, a half-yearly one from
    January and July, so that every day belongs to one cycle and every cycle has one date.
    """

    kind: DueKind
    days: int
    anchor: date | None = None
    off_cycle: OffCycle = OffCycle.DAYS
    every_months: int | None = None
    basis: Basis = Basis.EXPIRY
    window_days: int = 90
    grace_days: int = 0

    def __post_init__(self) -> None:
        fixed = self.kind is DueKind.FIXED_DATE or self.basis is Basis.FIXED
        if fixed != (self.anchor is not None):
            _refuse("anchor", N_("A fixed due date names a day, and no other due rule does"))
        if self.kind is DueKind.FIXED_DATE and self.every_months is not None and self.basis is Basis.EXPIRY:
            _refuse("basis", N_("A fixed date comes again on the fixed date, or so long after completion"))
        if self.basis is not Basis.EXPIRY and self.every_months is None:
            _refuse("every_months", N_("Say after how many months it comes again"))
        if self.every_months is not None and not 1 <= self.every_months <= 120:
            _refuse("every_months", N_("It comes again after 1 to 120 months"))
        if not 0 <= self.days <= 3650:
            _refuse("days", N_("The days of a due rule are out of range"))
        if not 0 <= self.window_days <= min(360, (self.every_months or 12) * 30):
            _refuse("window_days", N_("The window is at most 360 days and not longer than a cycle"))
        if not 0 <= self.grace_days <= min(180, (self.every_months or 12) * 15):
            _refuse("grace_days", N_("Grace is at most 180 days and not longer than half a cycle"))

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "kind": self.kind.value,
            "days": self.days,
            "anchor": self.anchor.isoformat() if self.anchor else None,
            "off_cycle": self.off_cycle.value,
            "every_months": self.every_months,
            "basis": self.basis.value,
            "window_days": self.window_days,
            "grace_days": self.grace_days,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "DueRule":
        """Read it back, also from the form that rules were stored in before windows had grace."""
        if "recurrence" in stored:
            return cls._from_first_form(stored)
        return cls(
            kind=DueKind(stored["kind"]),
            days=stored["days"],
            anchor=date.fromisoformat(stored["anchor"]) if stored["anchor"] else None,
            off_cycle=OffCycle(stored["off_cycle"]),
            every_months=stored["every_months"],
            basis=Basis(stored["basis"]),
            window_days=stored["window_days"],
            grace_days=stored["grace_days"],
        )

    @classmethod
    def _from_first_form(cls, stored: Mapping[str, Any]) -> "DueRule":
        again = 12 if stored["recurrence"] == "yearly" else None
        if stored["kind"] != "yearly_date":
            return cls(
                DueKind.AFTER_JOINING, stored["days"], every_months=again, window_days=stored["window_days"]
            )
        # A leap year, so that 29 February is a day of it.
        anchor = date(2024, stored["month"], stored["day"])
        return cls(
            DueKind.FIXED_DATE,
            stored["days"],
            anchor,
            every_months=again,
            basis=Basis.FIXED,
            window_days=stored["window_days"],
        )


@dataclass(frozen=True)
class Due:
    """One may begin on `opens_on`, is overdue when `due_on` is over and impeded when `window_end` is."""

    opens_on: date
    due_on: date
    grace_days: int = 0

    @property
    def window_end(self) -> date:
        """The last day of grace."""
        return self.due_on + timedelta(days=self.grace_days)


@dataclass(frozen=True)
class Since:
    """From when on a path applies to somebody, and the other days that a due rule may count from."""

    joined_on: date
    hired_on: date | None = None
    position_since: date | None = None


class PeriodStatus(StrEnum):
    """What is stored of a certification period; what time alone brings is not."""

    CERTIFIED = "certified"
    RECERTIFIED = "recertified"
    REVOKED = "revoked"


STATUS_WORDS = {
    PeriodStatus.CERTIFIED: N_("Certified"),
    PeriodStatus.RECERTIFIED: N_("Renewed"),
    PeriodStatus.REVOKED: N_("Revoked"),
}


class PeriodStep(StrEnum):
    """What may happen to it: the next one was earned; what it, or the next one, rests on was revoked or never was."""

    RENEW = "renew"
    REVOKE = "revoke"
    VOID = "void"
    RESTORE = "restore"


STEP_WORDS = {
    PeriodStep.RENEW: N_("renew"),
    PeriodStep.REVOKE: N_("revoke"),
    PeriodStep.VOID: N_("revoke"),
    PeriodStep.RESTORE: N_("restore"),
}


class PeriodState(StrEnum):
    """How a period stands on a day. The first two are of what is asked and has not been earned yet."""

    FUTURE = "future"
    PENDING = "pending"
    CERTIFIED = "certified"
    WINDOW_OPEN = "window_open"
    RECERTIFIED = "recertified"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ARCHIVED = "archived"


STATE_WORDS = {
    PeriodState.FUTURE: N_("To come"),
    PeriodState.PENDING: N_("To be earned"),
    PeriodState.CERTIFIED: N_("Certified"),
    PeriodState.WINDOW_OPEN: N_("To be renewed"),
    PeriodState.RECERTIFIED: N_("Renewed"),
    PeriodState.EXPIRED: N_("Expired"),
    PeriodState.REVOKED: N_("Revoked"),
    PeriodState.ARCHIVED: N_("Not asked any more"),
}


def next_status(status: PeriodStatus, step: PeriodStep) -> PeriodStatus:
    """Return the status after `step`. Whoever earns it again after a revocation begins anew."""
    match (status, step):
        case (PeriodStatus.CERTIFIED, PeriodStep.RENEW):
            return PeriodStatus.RECERTIFIED
        case (PeriodStatus.CERTIFIED, PeriodStep.REVOKE):
            return PeriodStatus.REVOKED
        case (PeriodStatus.CERTIFIED | PeriodStatus.RECERTIFIED, PeriodStep.VOID):
            return PeriodStatus.REVOKED
        case (PeriodStatus.RECERTIFIED, PeriodStep.RESTORE):
            return PeriodStatus.CERTIFIED
        case _:
            raise IllegalTransition(N_("The certification"), STATUS_WORDS[status], STEP_WORDS[step])


def state_at(
    status: PeriodStatus,
    window_start: date | None,
    valid_until: date | None,
    archived_at: datetime | None,
    at: datetime,
) -> PeriodState:
    """Return how an earned period stands at an instant. `window_start` is when it may be renewed."""
    match status:
        case PeriodStatus.RECERTIFIED:
            return PeriodState.RECERTIFIED
        case PeriodStatus.REVOKED:
            return PeriodState.REVOKED
        case PeriodStatus.CERTIFIED:
            if archived_at is not None and archived_at <= at:
                return PeriodState.ARCHIVED
            if valid_until is not None and end_of_day(valid_until) <= at:
                return PeriodState.EXPIRED
            open_now = window_start is not None and window_start <= local_date(at)
            return PeriodState.WINDOW_OPEN if open_now else PeriodState.CERTIFIED


def state_before(opens_on: date, today: date) -> PeriodState:
    """Return how a period stands that has not been earned: nothing is kept of it but what is asked."""
    return PeriodState.PENDING if opens_on <= today else PeriodState.FUTURE


def check_earned(state: PeriodState, opens_on: date | None) -> None:
    """Raise Conflict when the certificate of a period is asked for before there is one."""
    if state is PeriodState.FUTURE and opens_on is not None:
        day = opens_on.isoformat()
        raise Conflict(N_("This certification opens on %(day)s; there is no certificate yet", day=day))
    if state is PeriodState.PENDING:
        raise Conflict(N_("This certification has not been earned yet; there is no certificate"))


def first_due(rule: DueRule, since: Since | date, today: date, *, extra_days: int = 0) -> Due | None:
    """Return when somebody is first due, or None when they are not asked (off-cycle, and no cycle follows).

    A date that has passed when it becomes known (a hire reported late, a path for people hired long ago) is
    counted from today instead: nobody is overdue on the day they are first asked. `extra_days` is the step's
    own, for a staggered path.
    """
    known = since if isinstance(since, Since) else Since(since)
    if rule.kind is DueKind.FIXED_DATE:
        common = _common_due(rule, known.joined_on, today)
        if common is not None or rule.off_cycle is OffCycle.NEXT_CYCLE:
            return common
    days = timedelta(days=rule.days + extra_days)
    due_on = _counts_from(rule, known) + days
    if due_on < today:
        return Due(today, today + days, rule.grace_days)
    return Due(min(known.joined_on, due_on), due_on, rule.grace_days)


def next_due(
    rule: DueRule, done_on: date, valid_until: date | None, *, opened_on: date | None = None
) -> Due | None:
    """Return when it is due again after it was done on a day, or None when it is not.

    On fixed dates, what was done counts for every cycle whose window was open by then, so whoever is late is
    not sent twice, and for the one it was asked for (whose window was to open on `opened_on`), so nor is
    whoever is early.
    """
    if rule.basis is Basis.FIXED:
        counted_on = max(done_on, opened_on or done_on)
        cycle = _cycle_of(rule, counted_on)
        while _in_cycle(rule, cycle).opens_on <= counted_on:
            cycle += 1
        return _in_cycle(rule, cycle)
    if rule.basis is Basis.COMPLETION:
        assert rule.every_months is not None
        return _after(rule, add_months(done_on, rule.every_months), done_on)
    if valid_until is None and rule.every_months is None:
        return None
    expires_on = valid_until or add_months(done_on, rule.every_months or 12)
    return _after(rule, expires_on - timedelta(days=rule.grace_days), done_on)


def due_after_credit(rule: DueRule, since: date, until: date | None, today: date) -> Due | None:
    """Return when it is due where something else counted in its stead from a day until a (last) day.

    As long as that counts it is not asked. It is due on the last day, as a certificate would be; on fixed
    dates, on the first one after that day. Where the days are over already it is as for somebody who joins today.
    """
    if until is None:
        return None
    if until < today:
        return first_due(rule, today, today)
    if rule.basis is not Basis.FIXED:
        return _after(rule, until, since)
    cycle = _cycle_of(rule, until)
    while _in_cycle(rule, cycle).due_on <= until:
        cycle += 1
    return _in_cycle(rule, cycle)


def _refuse(field: str, message: Any) -> None:
    raise InvalidInput(message, fields={field: [message]})


def _counts_from(rule: DueRule, known: Since) -> date:
    match rule.kind:
        case DueKind.AFTER_HIRE:
            return known.hired_on or known.joined_on
        case DueKind.AFTER_POSITION:
            return known.position_since or known.joined_on
        case _:
            return known.joined_on


def _common_due(rule: DueRule, joined_on: date, today: date) -> Due | None:
    """Return the common date that holds for somebody who joined on a day, or None: they are off-cycle."""
    assert rule.anchor is not None
    cycle = _cycle_of(rule, joined_on) if rule.every_months is not None else 0
    due = _in_cycle(rule, cycle)
    if due.due_on >= today and (
        joined_on <= due.opens_on or (rule.off_cycle is OffCycle.SAME_DATE and joined_on <= due.due_on)
    ):
        return due
    if rule.off_cycle is OffCycle.DAYS or rule.every_months is None:
        return None
    while (due := _in_cycle(rule, cycle)).opens_on < joined_on or due.due_on < today:
        cycle += 1
    return due


def _after(rule: DueRule, due_on: date, done_on: date) -> Due:
    due_on = max(due_on, done_on + timedelta(days=1))
    opens_on = max(due_on - timedelta(days=rule.window_days), done_on + timedelta(days=1))
    return Due(opens_on, due_on, rule.grace_days)


def _cycle_of(rule: DueRule, day: date) -> int:
    """Return the number of the cycle to which a day belongs; the anchor's is 0."""
    assert rule.anchor is not None
    assert rule.every_months is not None
    within = (rule.anchor.month - 1) % rule.every_months
    begins = rule.anchor.year * 12 + rule.anchor.month - 1 - within
    return (day.year * 12 + day.month - 1 - begins) // rule.every_months


def _in_cycle(rule: DueRule, cycle: int) -> Due:
    """Return the due date of a cycle; 29 February and the 31st are the last day where there is none."""
    assert rule.anchor is not None
    due_on = add_months(rule.anchor, cycle * (rule.every_months or 0))
    return Due(due_on - timedelta(days=rule.window_days), due_on, rule.grace_days)
