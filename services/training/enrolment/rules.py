"""Which assignments somebody should have, which they have for nothing, and what completing one leads to. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from services.training.assignments.rules import OPEN, AssignmentStatus, Had, Wanted
from services.training.certificates.rules import Validity, no_sooner_than, validity
from services.training.certifications.rules import (
    Basis,
    Due,
    DueRule,
    Since,
    due_after_credit,
    first_due,
    next_due,
)
from services.training.curricula.rules import Item, places_before
from services.training.waivers.rules import Credit
from shared.core.errors import Conflict
from shared.core.text import N_, LocalizedText

T = TypeVar("T")


def one_each(found: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """Split into rounds, in their order, so that in none of them a key comes twice.

    What follows from the first for somebody is then known before the second is looked at.
    """
    rounds: list[list[T]] = []
    seen: Counter[Hashable] = Counter()
    for one in found:
        place = seen[key(one)]
        seen[key(one)] += 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(one)
    return rounds


class Make(NamedTuple):
    """An assignment to make, with its dates."""

    wanted: Wanted
    due: Due


@dataclass(frozen=True)
class Plan:
    """What has to change so that somebody's assignments are what they should be.

    `spare` are those of `cancel` that are not needed any more, because enough of a choice is done or something
    else counts. `choices` names the choice that is open for a group already; `regroup` says of which group
    (None: of none) an open assignment has become.
    """

    make: tuple[Make, ...] = ()
    cancel: tuple[UUID, ...] = ()
    spare: frozenset[UUID] = frozenset()
    choices: Mapping[UUID, UUID] = field(default_factory=dict)
    regroup: tuple[tuple[UUID, UUID | None], ...] = ()

    @property
    def changes(self) -> int:
        """How many assignments it changes."""
        return len(self.make) + len(self.cancel) + len(self.regroup)


def reconcile(
    wanted: Sequence[Wanted], had: Sequence[Had], today: date, credited: Sequence[Credit] = ()
) -> Plan:
    """Return which assignments to make and which to cancel; applied, a second time gives nothing to do.

    One course is asked for once, however many curricula want it. What is open stays, what was exempted stays
    exempt, and what was done or credited counts until its next due date. Of a choice, every course that does
    not count is asked until enough of them do; then the others are not needed.
    """
    return _Reconciling(wanted, had, credited, today).plan()


class _Reconciling:
    """One person's affairs: by course what is open, done, exempt and credited."""

    def __init__(
        self, wanted: Sequence[Wanted], had: Sequence[Had], credited: Sequence[Credit], today: date
    ) -> None:
        self._today = today
        self._open = {one.course_id: one for one in had if one.status in OPEN}
        self._exempt = {one.course_id for one in had if one.status is AssignmentStatus.EXEMPTED}
        self._done = {one.course_id: one for one in had if one.status is AssignmentStatus.COMPLETED}
        self._credits: dict[UUID, list[Credit]] = {}
        for credit in credited:
            self._credits.setdefault(credit.course_id, []).append(credit)
        self._singles: dict[UUID, Wanted] = {}
        self._groups: dict[UUID, list[Wanted]] = {}
        for one in wanted:
            if one.group_id is None:
                self._singles.setdefault(one.course_id, one)
            else:
                self._groups.setdefault(one.group_id, []).append(one)
        self._make: dict[UUID, Make] = {}
        self._kept: set[UUID] = set()
        self._spare: set[UUID] = set()
        self._choices: dict[UUID, UUID] = {}
        self._regroup: list[tuple[UUID, UUID | None]] = []

    def plan(self) -> Plan:
        for one in self._singles.values():
            self._ask(one)
        # A course that several choices offer belongs to the first of them, whichever is told first.
        for group_id in sorted(self._groups, key=str):
            members = self._groups[group_id]
            free = [one for one in members if one.course_id not in self._kept]
            self._kept |= {one.course_id for one in free}
            if free:
                self._offer(group_id, members, free)
        cancel = [
            one.assignment_id
            for one in self._open.values()
            if not one.by_hand and (one.course_id not in self._kept or one.assignment_id in self._spare)
        ]
        return Plan(
            tuple(self._make.values()),
            tuple(cancel),
            frozenset(self._spare),
            self._choices,
            tuple(self._regroup),
        )

    def _ask(self, one: Wanted) -> None:
        """Ask a course that there is no choosing about."""
        course = one.course_id
        self._kept.add(course)
        found = self._open.get(course)
        if found is not None:
            if self._credited_beyond(one, found.due_on):
                self._spare.add(found.assignment_id)
            elif found.choice_id is not None:
                self._regroup.append((found.assignment_id, None))
            else:
                return
        if course in self._exempt or (found is not None and found.assignment_id not in self._spare):
            return
        due = self._due(one)
        if due is not None:
            self._make[course] = Make(one, due)

    def _offer(self, group_id: UUID, members: Sequence[Wanted], free: Sequence[Wanted]) -> None:
        """Ask the courses of a choice (those that are `free`), unless enough of them count."""
        offered = [self._open[one.course_id] for one in free if one.course_id in self._open]
        need = members[0].need
        if offered:
            due_on = max(one.due_on or self._today for one in offered)
            if sum(self._covers(one, due_on) for one in members) < need:
                first = max(offered, key=lambda one: one.due_on or self._today)
                self._extend_offer(group_id, free, offered, Due(first.opened_on or due_on, due_on))
                return
            self._spare |= {one.assignment_id for one in offered}
        counting = [one for one in members if self._covers(one, self._today - timedelta(days=1))]
        due = first_due(members[0].due, members[0].since, self._today, extra_days=members[0].extra_days)
        if len(counting) >= need:
            due = _nth([self._renewal(one) for one in counting], need)
        if due is not None:
            self._make |= {one.course_id: Make(one, due) for one in self._asked(free, due.due_on)}

    def _extend_offer(self, group_id: UUID, free: Sequence[Wanted], offered: Sequence[Had], due: Due) -> None:
        """Keep an open choice, with whatever course it was not offering yet."""
        known = sorted({one.choice_id for one in offered if one.choice_id is not None}, key=str)
        if known:
            self._choices[group_id] = known[0]
        self._regroup += [
            (one.assignment_id, group_id) for one in offered if not known or one.choice_id != known[0]
        ]
        due = Due(due.opens_on, due.due_on, free[0].due.grace_days)
        for one in self._asked(free, due.due_on):
            if one.course_id not in self._open:
                self._make[one.course_id] = Make(one, due)

    def _asked(self, free: Iterable[Wanted], due_on: date) -> list[Wanted]:
        return [
            one
            for one in free
            if one.course_id not in self._make
            and not self._covers(one, due_on)
            and (one.course_id not in self._open or self._open[one.course_id].assignment_id in self._spare)
        ]

    def _covers(self, one: Wanted, due_on: date) -> bool:
        """Say whether a course counts for what is due on a day: it will not be due again by then."""
        if not self._counts(one.course_id):
            return False
        again = self._renewal(one)
        return again is None or again.due_on > due_on

    def _counts(self, course: UUID) -> bool:
        return course in self._exempt or course in self._done or course in self._credits

    def _renewal(self, one: Wanted) -> Due | None:
        """Return when what counts for a course has to be renewed, the last of several; None: never."""
        found = self._renewals(one)
        return None if None in found else max((due for due in found if due), key=lambda due: due.due_on)

    def _renewals(self, one: Wanted) -> list[Due | None]:
        found: list[Due | None] = [None] if one.course_id in self._exempt else []
        before = self._done.get(one.course_id)
        if before is not None:
            done_on = before.ended_on or self._today
            found.append(next_due(one.due, done_on, before.valid_until, opened_on=before.opened_on))
        return found + [self._after(one, credit) for credit in self._credits.get(one.course_id, ())]

    def _after(self, one: Wanted, credit: Credit) -> Due | None:
        if credit.until is not None and credit.until < self._today:
            return Due(credit.until, credit.until)
        if not credit.exempt:
            return due_after_credit(one.due, credit.since, credit.until, self._today)
        if credit.until is None:
            return None
        back_on = credit.until + timedelta(days=1)
        return first_due(one.due, back_on, back_on, extra_days=one.extra_days)

    def _due(self, one: Wanted) -> Due | None:
        """Return when a course that is not open is to be asked."""
        again = self._renewals(one)
        if None in again:
            return None
        due = max((due for due in again if due), key=lambda found: found.due_on, default=None)
        if due is None:
            return first_due(one.due, one.since, self._today, extra_days=one.extra_days)
        if due.due_on >= self._today:
            return due
        return first_due(one.due, self._today, self._today)

    def _credited_beyond(self, one: Wanted, due_on: date | None) -> bool:
        for credit in self._credits.get(one.course_id, ()):
            again = self._after(one, credit) if credit.counts_on(self._today) else None
            if credit.counts_on(self._today) and (again is None or due_on is None or again.due_on > due_on):
                return True
        return False


def replan(one: Wanted, found: Had, before: Had | None, today: date) -> Due | None:
    """Return when an open assignment would be due had it been made, on the day it was, under the rule of today.

    None: it stays as it is, because under that rule it would not have been asked, or would be past: nobody is
    made late by a change of what is asked.
    """
    made_on = found.made_on or today
    if before is not None:
        done_on = before.ended_on or made_on
        due = next_due(one.due, done_on, before.valid_until, opened_on=before.opened_on)
    else:
        since = Since(made_on, one.hired_on, one.position_since)
        due = first_due(one.due, since, made_on, extra_days=one.extra_days)
    return due if due is not None and due.due_on >= today else None


def unmet_before(items: Sequence[Item], course_id: UUID, met: Collection[UUID]) -> tuple[Item, ...]:
    """Return the steps that have to be met before a course of a path may be begun, and are not.

    `met` are the courses that somebody has done once (not revoked), is exempt from or credited with: what
    comes again does not close what it opened.
    """
    place = next((place for place, item in enumerate(items, start=1) if course_id in item.courses), None)
    if place is None:
        return ()
    before = (items[one - 1] for one in places_before(items, place))
    return tuple(item for item in before if sum(course in met for course in item.courses) < item.need)


def check_unblocked(titles: Sequence[LocalizedText]) -> None:
    """Raise Conflict while other courses have to be done first, naming them."""
    if titles:
        named = LocalizedText(zh="、".join(one.zh for one in titles), en=", ".join(one.en for one in titles))
        raise Conflict(N_("Please complete first: %(courses)s", courses=named))


@dataclass(frozen=True)
class Terms:
    """What a version of a course gives: a certificate or none, and for how many months (None: for good)."""

    certifies: bool
    valid_months: int | None


@dataclass(frozen=True)
class Earned:
    """What completing a course leads to.

    `period` is how long one is certified; `certificate` how long the document says so, None without one; `due`
    when it is due again, None when it never is.
    """

    period: Validity
    certificate: Validity | None
    due: Due | None


def earn(
    rule: DueRule | None,
    terms: Terms,
    done_on: date,
    before_until: date | None,
    *,
    opened_on: date | None = None,
) -> Earned | None:
    """Return what completing a course on a day leads to, or None: it counts for nothing beyond itself.

    `rule` is the one under which it is asked again (None: nobody asks), `before_until` the last day of the
    period that counts until now. Renewing inside its window, or in its grace, extends from that day; renewing
    long before does not shorten it; and nothing runs out before the window in which it is to be renewed ends.
    """
    window = rule.window_days + rule.grace_days if rule is not None else DueRule.window_days
    months = terms.valid_months if terms.certifies else None
    term = months
    if term is None and rule is not None and rule.basis is Basis.EXPIRY:
        term = rule.every_months
    period = validity(done_on, months=term, previous_until=before_until, window_days=window)
    due = None if rule is None else next_due(rule, done_on, period.until, opened_on=opened_on)
    if not terms.certifies and due is None:
        return None
    ends = due.window_end if due is not None else None
    if period.until is None:
        period = Validity(done_on, ends)
    certificate = Validity(done_on, period.until if months is not None else None) if terms.certifies else None
    if certificate is not None:
        certificate = no_sooner_than(certificate, ends)
    return Earned(no_sooner_than(period, ends), certificate, due)


def _nth(renewals: Sequence[Due | None], need: int) -> Due | None:
    """Return when a choice is due again: when fewer than `need` of its courses count."""
    lasting = sum(one is None for one in renewals)
    if lasting >= need:
        return None
    ending = sorted((one for one in renewals if one), key=lambda one: one.due_on, reverse=True)
    return ending[need - lasting - 1]
