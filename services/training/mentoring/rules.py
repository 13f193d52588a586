"""What may become of a mentorship, what its plan is made of, and when it may be signed off. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.core.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from shared.core.text import N_, LocalizedText, Message

MAX_WEEKS = 52
MAX_ITEMS = 200
MAX_ITEM = 200


class MentorshipStatus(StrEnum):
    """Where a mentorship stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    COMPLETED = "completed"
    ENDED = "ended"


STATUS_WORDS = {
    MentorshipStatus.PROPOSED: N_("Proposed"),
    MentorshipStatus.ACTIVE: N_("Under way"),
    MentorshipStatus.COMPLETED: N_("Completed"),
    MentorshipStatus.ENDED: N_("Ended early"),
}
OPEN = (MentorshipStatus.PROPOSED, MentorshipStatus.ACTIVE)


class MentorshipStep(StrEnum):
    """What may be done with a mentorship."""

    CONFIRM = "confirm"
    WORK = "work"
    SIGN = "sign"
    COMPLETE = "complete"
    END = "end"
    RATE = "rate"


STEP_WORDS = {
    MentorshipStep.CONFIRM: N_("confirm"),
    MentorshipStep.WORK: N_("work on the plan"),
    MentorshipStep.SIGN: N_("sign off"),
    MentorshipStep.COMPLETE: N_("complete"),
    MentorshipStep.END: N_("end"),
    MentorshipStep.RATE: N_("give feedback"),
}


class EndReason(StrEnum):
    """Why a mentorship ended before its time."""

    DECLINED = "declined"
    MENTOR_CHANGED = "mentor_changed"
    MENTOR_LEFT = "mentor_left"
    MENTEE_LEFT = "mentee_left"
    OTHER = "other"


END_WORDS = {
    EndReason.DECLINED: N_("The manager declined the proposal"),
    EndReason.MENTOR_CHANGED: N_("Another mentor takes over"),
    EndReason.MENTOR_LEFT: N_("The mentor has left"),
    EndReason.MENTEE_LEFT: N_("The mentee has left"),
    EndReason.OTHER: N_("Another reason"),
}
# What a person may choose; that somebody has left is not chosen, it happens.
CHOOSABLE = (EndReason.DECLINED, EndReason.MENTOR_CHANGED, EndReason.OTHER)


class CustomerKind(StrEnum):
    """What kind of customer was visited."""

    PUBLIC_HOSPITAL = "public_hospital"
    PRIVATE_HOSPITAL = "private_hospital"
    PRIMARY_CARE = "primary_care"
    RESEARCH_INSTITUTE = "research_institute"
    DISTRIBUTOR = "distributor"


CUSTOMER_WORDS = {
    CustomerKind.PUBLIC_HOSPITAL: N_("Public hospital"),
    CustomerKind.PRIVATE_HOSPITAL: N_("Private hospital"),
    CustomerKind.PRIMARY_CARE: N_("Primary care"),
    CustomerKind.RESEARCH_INSTITUTE: N_("Research institute"),
    CustomerKind.DISTRIBUTOR: N_("Distributor"),
}


def next_status(status: MentorshipStatus, step: MentorshipStep) -> MentorshipStatus:
    """Return the status after `step`; raise IllegalTransition for a step that the status does not allow."""
    match (status, step):
        case (MentorshipStatus.PROPOSED, MentorshipStep.CONFIRM):
            return MentorshipStatus.ACTIVE
        case (MentorshipStatus.ACTIVE, MentorshipStep.WORK | MentorshipStep.SIGN):
            return MentorshipStatus.ACTIVE
        case (MentorshipStatus.ACTIVE, MentorshipStep.COMPLETE):
            return MentorshipStatus.COMPLETED
        case (MentorshipStatus.PROPOSED | MentorshipStatus.ACTIVE, MentorshipStep.END):
            return MentorshipStatus.ENDED
        case (MentorshipStatus.COMPLETED, MentorshipStep.RATE):
            return MentorshipStatus.COMPLETED
        case _:
            raise IllegalTransition(N_("The mentorship"), STATUS_WORDS[status], STEP_WORDS[step])


@dataclass(frozen=True)
class PlanItem:
    """Something to be done in a week, counted from 1; `id` is its week and its place in it."""

    id: str
    week: int
    text: LocalizedText


def parse_plan(zh: str, en: str) -> tuple[PlanItem, ...]:
    """Read a plan as it is typed: "# 3" begins week 3, "- …" is an item; both languages say the same.

    Raises InvalidInput, at `zh` or `en`, for a line that is neither, weeks out of order, or languages that differ.
    """
    sides = {name: _parse_side(name, text) for name, text in (("zh", zh), ("en", en))}
    places = {name: [place for place, _ in side] for name, side in sides.items()}
    if not places["zh"]:
        raise _bad("zh", N_("A plan has at least one item"))
    if places["zh"] != places["en"]:
        raise _bad("en", N_("Both languages have the same number of items in each week"))
    if len(places["zh"]) > MAX_ITEMS:
        raise _bad("zh", N_("At most %(most)s items", most=MAX_ITEMS))
    return tuple(
        PlanItem(f"{week}.{number}", week, LocalizedText(zh=chinese, en=english))
        for ((week, number), chinese), (_, english) in zip(sides["zh"], sides["en"], strict=True)
    )


def plan_text(items: Sequence[PlanItem], locale: str) -> str:
    """Return a plan as it is typed: the inverse of parse_plan."""
    lines: list[str] = []
    week = 0
    for item in items:
        if item.week != week:
            week = item.week
            lines.append(f"# {week}")
        lines.append(f"- {getattr(item.text, locale)}")
    return "\n".join(lines)


def items_to_json(items: Sequence[PlanItem]) -> list[dict[str, Any]]:
    """Return the form in which a plan is stored."""
    return [{"id": one.id, "week": one.week, "text": {"zh": one.text.zh, "en": one.text.en}} for one in items]


def items_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[PlanItem, ...]:
    """Read it back."""
    return tuple(PlanItem(one["id"], one["week"], LocalizedText(**one["text"])) for one in stored)


def weeks_of(items: Sequence[PlanItem]) -> dict[int, list[PlanItem]]:
    """Return the items by week, in order."""
    weeks: dict[int, list[PlanItem]] = {}
    for item in items:
        weeks.setdefault(item.week, []).append(item)
    return weeks


def due_on(started_on: date, items: Sequence[PlanItem]) -> date:
    """Return the last day of the last week."""
    return started_on + timedelta(days=7 * max(one.week for one in items) - 1)


def week_now(started_on: date, today: date) -> int:
    """Return which week of the plan it is, counted from 1; before it begins 0."""
    return max((today - started_on).days // 7 + 1, 0)


class Signer(StrEnum):
    """In which part somebody signs off."""

    MENTOR = "mentor"
    MANAGER = "manager"


SIGNER_WORDS = {Signer.MENTOR: N_("Mentor"), Signer.MANAGER: N_("Manager")}


@dataclass(frozen=True)
class Signatures:
    """Who has signed off so far."""

    mentor_id: UUID | None
    manager_id: UUID | None

    @property
    def complete(self) -> bool:
        """Whether both have."""
        return self.mentor_id is not None and self.manager_id is not None


def sign(
    status: MentorshipStatus,
    items: Sequence[PlanItem],
    ticked: Collection[str],
    signed: Signatures,
    signer: Signer,
    person_id: UUID,
) -> Signatures:
    """Return the signatures with one more.

    Raises IllegalTransition unless the mentorship is under way, Conflict while items are open, when this part
    is signed already, or when one person would sign for both.
    """
    next_status(status, MentorshipStep.SIGN)
    left = sum(one.id not in ticked for one in items)
    if left:
        raise Conflict(N_("%(left)s items of the plan are still open", left=left))
    other = signed.manager_id if signer is Signer.MENTOR else signed.mentor_id
    if (signed.mentor_id if signer is Signer.MENTOR else signed.manager_id) is not None:
        raise Conflict(N_("This has been signed off already"))
    if other == person_id:
        raise Conflict(N_("Mentor and manager sign off as two people"))
    if signer is Signer.MENTOR:
        return Signatures(person_id, signed.manager_id)
    return Signatures(signed.mentor_id, person_id)


def check_may_tick(
    status: MentorshipStatus, items: Sequence[PlanItem], item_id: str, signed: Signatures
) -> None:
    """Raise unless an item may be ticked or taken back: one of the plan's, under way, and not signed off yet."""
    next_status(status, MentorshipStep.WORK)
    if all(one.id != item_id for one in items):
        raise NotFound(N_("The plan has no such item"))
    if signed.mentor_id is not None or signed.manager_id is not None:
        raise Conflict(N_("It is being signed off; the plan cannot be changed any more"))


def _parse_side(name: str, text: str) -> list[tuple[tuple[int, int], str]]:
    found: list[tuple[tuple[int, int], str]] = []
    week = number = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        heading = re.fullmatch(r"#\s*(\d{1,2})", line)
        if heading:
            if not week < int(heading[1]) <= MAX_WEEKS:
                raise _bad(name, N_("Weeks are numbered upwards, from 1 to %(most)s", most=MAX_WEEKS))
            week, number = int(heading[1]), 0
        elif week and re.match(r"-\s*\S", line):
            number += 1
            found.append(((week, number), line[1:].strip()[:MAX_ITEM]))
        else:
            raise _bad(name, N_("A line is neither “# week” nor “- item”: %(line)s", line=line[:60]))
    return found


def _bad(name: str, problem: Message) -> InvalidInput:
    return InvalidInput(problem, fields={name: [problem]})
