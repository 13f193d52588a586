"""The code on the screen, the door, and what the roll may say. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.training.bookings.rules import BookingStatus, BookingStep, Presence
from shared.core.errors import Conflict
from shared.core.reasons import says_enough
from shared.core.text import N_, Message

# A code counts in the step for which it was made and in the next one, so that nobody is refused for a slow phone.
STEP = timedelta(seconds=20)
_STEPS_VALID = 2
_CODE_BYTES = 15
# The door opens so long before a session begins, and so long after the end the roll can still be signed by phone.
OPENS_BEFORE = timedelta(minutes=30)
# Whoever has a place and has not come by then may find somebody else in it.
PLACE_KEPT_FOR = timedelta(minutes=15)
# After so many minutes whoever comes is late.
LATE_AFTER = timedelta(minutes=5)


class CodeVerdict(StrEnum):
    """What a scanned code is worth."""

    GOOD = "good"
    STALE = "stale"
    WRONG = "wrong"


REFUSALS = {
    CodeVerdict.STALE: N_("This code has run out. Scan the one that is on the screen now."),
    CodeVerdict.WRONG: N_("This is not a code of this session. Scan the one on the screen."),
}


def step_of(now: datetime) -> int:
    """Return the number of the step in which an instant falls."""
    return int(now.timestamp() // STEP.total_seconds())


def seconds_left(now: datetime) -> int:
    """Return in how many seconds the next code is due, at least 1."""
    whole = int(STEP.total_seconds())
    return whole - int(now.timestamp()) % whole


def make_code(secret: bytes, session_id: UUID, step: int) -> str:
    """Return the code of a step: its number, and a MAC over session and step that only the server can make."""
    mac = hmac.digest(secret, session_id.bytes + step.to_bytes(8, "big"), hashlib.sha256)
    return f"{step:x}.{base64.urlsafe_b64encode(mac[:_CODE_BYTES]).decode()}"


def judge_code(secret: bytes, session_id: UUID, code: str, now: datetime) -> CodeVerdict:
    """Say what a code is worth at an instant: good for two steps, stale ever after, wrong when it was never made."""
    number, _, _ = code.partition(".")
    try:
        step = int(number, 16)
        genuine = hmac.compare_digest(make_code(secret, session_id, step).encode(), code.encode())
    except (ValueError, OverflowError):
        return CodeVerdict.WRONG
    age = step_of(now) - step
    if not genuine or age < 0:
        return CodeVerdict.WRONG
    return CodeVerdict.GOOD if age < _STEPS_VALID else CodeVerdict.STALE


def check_door(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise Conflict before the door opens and after the end."""
    if now < starts_at - OPENS_BEFORE:
        raise Conflict(
            N_(
                "Signing in is possible from %(minutes)s minutes before it begins",
                minutes=_minutes(OPENS_BEFORE),
            )
        )
    if now >= ends_at:
        raise Conflict(N_("This session is over; please ask the instructor to put you on the roll"))


def may_come_in(*, capacity: int, booked: int, attended: int, starts_at: datetime, now: datetime) -> bool:
    """Say whether somebody without a place gets one at the door.

    A place that was booked is kept for `PLACE_KEPT_FOR`; from then on it is for whoever is there.
    """
    kept = booked if now < starts_at + PLACE_KEPT_FOR else 0
    return kept + attended < capacity


def presence_at(starts_at: datetime, now: datetime) -> Presence:
    """Return what somebody is who comes now."""
    return Presence.LATE if now > starts_at + LATE_AFTER else Presence.PRESENT


def minutes_from(starts_at: datetime, ends_at: datetime, came_at: datetime) -> int:
    """Return how much of a session is left for somebody who comes then, in whole minutes."""
    return max(0, _minutes(ends_at - max(starts_at, came_at)))


@dataclass(frozen=True)
class Mark:
    """What the roll is to say of one booking; `minutes` None: as many as presence implies."""

    booking_id: UUID
    presence: Presence
    minutes: int | None = None


def minutes_of(mark: Mark, length: int) -> int:
    """Return the minutes that count: none for somebody absent, never more than the session lasted.

    Raises Conflict.
    """
    if mark.presence is Presence.ABSENT:
        return 0
    minutes = length if mark.minutes is None else mark.minutes
    if not 1 <= minutes <= length:
        message = N_("From 1 to %(most)s minutes", most=length)
        raise Conflict(message, fields={f"minutes-{mark.booking_id}": [message]})
    return minutes


def step_for(presence: Presence) -> BookingStep:
    """Return what a mark means for the booking."""
    return BookingStep.MISS if presence is Presence.ABSENT else BookingStep.ATTEND


def count_roll(statuses: Iterable[BookingStatus]) -> tuple[int, int]:
    """Return how many came and how many did not, whoever was not marked being absent."""
    found = list(statuses)
    attended = sum(one is BookingStatus.ATTENDED for one in found)
    return attended, len(found) - attended


def check_correction(reason: str) -> None:
    """Raise Conflict for a correction of a confirmed roll without a reason."""
    if not says_enough(reason):
        message: Message = N_("The roll is confirmed: give the reason for the correction")
        raise Conflict(message, fields={"reason": [message]})


def check_take_back(completions: int, known: int) -> None:
    """Raise Conflict unless whoever corrects the roll knows how many completions of the course go back by it."""
    if completions != known:
        message = N_(
            "By this correction %(count)s completions of the course are taken back; confirm it by saying so",
            count=completions,
        )
        raise Conflict(message, fields={"take_back": [message]})


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60
