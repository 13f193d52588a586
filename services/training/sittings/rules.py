"""How a sitting is drawn, what may become of it, how it is graded. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from services.training.parts.rules import Blueprint
from services.training.questions.rules import MAX_OPTION, MAX_OPTIONS, Poolable, QuestionBody, QuestionKind
from shared.core.canonical import canonical_json
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.text import N_

# What was chosen in the last second may arrive this much after the deadline: the way over the network.
GRACE = timedelta(seconds=10)
# An answer as given: positions among the options as shown, or what was written.
Given = list[int] | str


class SittingStatus(StrEnum):
    """Where a sitting stands; `expired`: its time was over and what was saved is not enough."""

    STARTED = "started"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"
    VOIDED = "voided"


STATUS_WORDS = {
    SittingStatus.STARTED: N_("Under way"),
    SittingStatus.PASSED: N_("Passed"),
    SittingStatus.FAILED: N_("Not passed"),
    SittingStatus.EXPIRED: N_("Time over, not passed"),
    SittingStatus.VOIDED: N_("Does not count"),
}
GRADED = frozenset({SittingStatus.PASSED, SittingStatus.FAILED, SittingStatus.EXPIRED})
COUNTED = frozenset({SittingStatus.STARTED}) | GRADED


class SittingStep(StrEnum):
    """What may happen to a sitting."""

    ANSWER = "answer"
    PASS = "pass"  # noqa: S105 - a step, not a secret
    FAIL = "fail"
    EXPIRE = "expire"
    VOID = "void"


STEP_WORDS = {
    SittingStep.ANSWER: N_("answer"),
    SittingStep.PASS: N_("hand in"),
    SittingStep.FAIL: N_("hand in"),
    SittingStep.EXPIRE: N_("hand in"),
    SittingStep.VOID: N_("let it not count"),
}


def next_status(status: SittingStatus, step: SittingStep) -> SittingStatus:
    """Return the status after `step`: what was graded takes no answer and is not graded again."""
    match (status, step):
        case (SittingStatus.STARTED, SittingStep.ANSWER):
            return SittingStatus.STARTED
        case (SittingStatus.STARTED, SittingStep.PASS):
            return SittingStatus.PASSED
        case (SittingStatus.STARTED, SittingStep.FAIL):
            return SittingStatus.FAILED
        case (SittingStatus.STARTED, SittingStep.EXPIRE):
            return SittingStatus.EXPIRED
        case (SittingStatus.FAILED | SittingStatus.EXPIRED, SittingStep.VOID):
            return SittingStatus.VOIDED
        case _:
            raise IllegalTransition(N_("The sitting"), STATUS_WORDS[status], STEP_WORDS[step])


@dataclass(frozen=True)
class Drawn:
    """One question of a sitting: `order` lists the indices of the revision's options as they are shown."""

    revision_id: UUID
    order: tuple[int, ...] = ()


@dataclass(frozen=True)
class Before:
    """What an earlier sitting of the same part means for the next one."""

    status: SittingStatus
    ended_at: datetime | None


@dataclass(frozen=True)
class Mark:
    """What one answer earned of `possible` points; `chosen` as in analysis.models.QuestionMark."""

    earned: Fraction
    possible: int
    answered: bool
    chosen: int = 0
    typed: str | None = None

    @property
    def is_right(self) -> bool:
        """Whether it earned everything."""
        return self.earned == self.possible


@dataclass(frozen=True)
class Graded:
    """`score` in whole percent of the points, rounded down."""

    score: int
    passed: bool
    marks: tuple[Mark, ...]


def draw(
    seed: int, blueprint: Blueprint, pool: Sequence[Poolable], bodies: Mapping[UUID, QuestionBody]
) -> tuple[Drawn, ...]:
    """Return what a seed draws: whoever has the seed and the version gets the same, on any machine.

    Of each topic come those whose SHA-256 of seed and id is lowest; shuffled, all of them in an order of that kind,
    else topic after topic, in the order in which they were written.
    Raises Conflict when the pool is too small, which a published version's never is.
    """
    chosen: list[UUID] = []
    for wanted in blueprint.draws:
        there = [one.revision_id for one in pool if one.topic_id == wanted.topic_id]
        if len(there) < wanted.count:
            raise Conflict(N_("This assessment has no questions yet"))
        chosen += sorted(sorted(there, key=lambda one: _lot(seed, str(one)))[: wanted.count])
    if blueprint.shuffle:
        chosen.sort(key=lambda one: _lot(seed, f"place {one}"))
    return tuple(Drawn(one, _order(seed, one, bodies[one], shuffle=blueprint.shuffle)) for one in chosen)


def _order(seed: int, revision_id: UUID, body: QuestionBody, *, shuffle: bool) -> tuple[int, ...]:
    places = list(range(len(body.options)))
    is_ordering = body.kind is QuestionKind.ORDERING
    if shuffle or is_ordering:
        places.sort(key=lambda place: _lot(seed, f"{revision_id} {place}"))
    if is_ordering and places == sorted(places):
        places = places[1:] + places[:1]  # Their right order is the answer, so it is never the one shown.
    return tuple(places)


def _lot(seed: int, what: str) -> bytes:
    return hashlib.sha256(f"{seed} {what}".encode()).digest()


def check_may_begin(blueprint: Blueprint, before: Sequence[Before], now: datetime) -> None:
    """Raise Conflict when there are no goes left, or the waiting time since the last one is not over."""
    if blueprint.max_attempts is not None and len(goes(before)) >= blueprint.max_attempts:
        raise Conflict(N_("There are no attempts left. Please talk to your trainer."))
    wait_until = may_begin_at(blueprint, before)
    if wait_until is not None and now < wait_until:
        raise Conflict(N_("The next attempt is possible after a waiting time; please come back later"))


def goes(before: Sequence[Before]) -> list[Before]:
    """Return those that count against the number of attempts."""
    return [one for one in before if one.status in COUNTED]


def may_begin_at(blueprint: Blueprint, before: Sequence[Before]) -> datetime | None:
    """Return the end of the waiting time after the last go that counts, or None without one."""
    ended = [one.ended_at for one in goes(before) if one.ended_at is not None]
    if not ended or not blueprint.wait_hours:
        return None
    return max(ended) + timedelta(hours=blueprint.wait_hours)


def deadline_of(blueprint: Blueprint, started_at: datetime) -> datetime | None:
    """Return when the time is over, or None without a limit."""
    return None if blueprint.minutes is None else started_at + timedelta(minutes=blueprint.minutes)


def is_over(deadline_at: datetime | None, now: datetime) -> bool:
    """Say whether answers are not taken any more: the deadline and the grace after it have passed."""
    return deadline_at is not None and now > deadline_at + GRACE


def seconds_left(deadline_at: datetime | None, now: datetime) -> int | None:
    """Return the whole seconds until the deadline, at least 0; None without a limit."""
    return None if deadline_at is None else max(0, int((deadline_at - now).total_seconds()))


def check_given(body: QuestionBody, given: Given) -> None:
    """Raise InvalidInput unless the answer has the form of its question; an empty one takes an answer back."""
    if body.kind in (QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT):
        fits = isinstance(given, str) and len(given) <= MAX_OPTION
    else:
        count = 2 if body.kind is QuestionKind.TRUE_FALSE else len(body.options)
        fits = (
            isinstance(given, list)
            and len(set(given)) == len(given)
            and all(0 <= one < count for one in given)
        )
        if fits and body.kind in (QuestionKind.SINGLE, QuestionKind.TRUE_FALSE):
            fits = len(given) <= 1
        if fits and body.kind is QuestionKind.ORDERING:
            fits = len(given) in (0, count)
    if not fits:
        said = N_("This answer does not fit the question")
        raise InvalidInput(said, fields={"answer": [said]})


def grade(blueprint_mark: int, asked: Sequence[tuple[QuestionBody, Drawn, Given | None]]) -> Graded:
    """Grade a sitting: each question with its drawing and what was given, if anything."""
    marks = tuple(mark(body, drawn, given) for body, drawn, given in asked)
    possible = sum(one.possible for one in marks)
    earned = sum((one.earned for one in marks), Fraction(0))
    # Compared before rounding: 79.9 % does not reach a pass mark of 80.
    return Graded(int(100 * earned / possible), 100 * earned >= blueprint_mark * possible, marks)


def shares_of(marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """Return for each mark, in thousandths, the share of its points that it earned, and of the rest's points."""
    earned = sum((one.earned for one in marks), Fraction(0))
    possible = sum(one.possible for one in marks)
    found = []
    for one in marks:
        others = possible - one.possible
        rest = round(1000 * (earned - one.earned) / others) if others else 0
        found.append((round(1000 * one.earned / one.possible), rest))
    return found


def mark(body: QuestionBody, drawn: Drawn, given: Given | None) -> Mark:
    """Grade one answer."""
    if not given or (isinstance(given, str) and not given.strip()):
        return Mark(Fraction(0), body.points, answered=False)
    if isinstance(given, str):
        return _mark_written(body, given)
    chosen = [drawn.order[one] for one in given] if drawn.order else given
    match body.kind:
        case QuestionKind.ORDERING:
            placed = sum(1 << option for place, option in enumerate(chosen) if place == option)
            return _whole(body, chosen == sorted(chosen), placed)
        case QuestionKind.MULTIPLE if body.partial:
            good = len(set(chosen) & set(body.right))
            share = max(Fraction(0), Fraction(good - (len(chosen) - good), len(body.right)))
            return Mark(share * body.points, body.points, answered=True, chosen=_bits(chosen))
        case _:
            return _whole(body, sorted(chosen) == sorted(body.right), _bits(chosen))


def _mark_written(body: QuestionBody, given: str) -> Mark:
    if body.kind is QuestionKind.NUMERIC:
        number = read_number(given, body.unit.zh, body.unit.en)
        assert body.value is not None
        is_right = number is not None and abs(number - body.value) <= body.tolerance
        shown = given if number is None else format(number.normalize(), "f")
        return _whole(body, is_right, 0, shown.strip()[:200])
    plain = plain_text(given)
    return _whole(body, plain in {plain_text(one) for one in body.accepted}, 0, plain[:200])


def _whole(body: QuestionBody, is_right: bool, chosen: int, typed: str | None = None) -> Mark:
    earned = Fraction(body.points if is_right else 0)
    return Mark(earned, body.points, answered=True, chosen=chosen, typed=typed)


def _bits(chosen: Sequence[int]) -> int:
    return sum(1 << one for one in set(chosen) if 0 <= one < MAX_OPTIONS)


def read_number(text: str, *units: str) -> Decimal | None:
    """Read a number as people write it: full-width digits, 1,234.5, with its unit or without; None if it is none."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    for unit in units:
        suffix = unicodedata.normalize("NFKC", unit).strip()
        if suffix and plain.casefold().endswith(suffix.casefold()):
            plain = plain[: -len(suffix)].strip()
            break
    if not re.fullmatch(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,15})(\.\d{0,9})?", plain, re.ASCII):
        return None
    return Decimal(plain.replace(",", "").rstrip("."))


def plain_text(text: str) -> str:
    """Return what two written answers are compared by: width, case, spaces and punctuation make no difference.

    A mark between two digits stays, so that 1.5 is not 15.
    """
    before = None
    while text != before:
        before = text
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        text = "".join(char for place, char in enumerate(text) if _counts(text, place))
    return text


def _counts(text: str, place: int) -> bool:
    if unicodedata.category(text[place])[0] not in "PZC":
        return True
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return text[place] in ".-:/%" and len(around) == 2 and around.isdecimal()


def drawn_to_json(drawn: Sequence[Drawn]) -> list[dict[str, Any]]:
    """Return the form in which a drawing is stored."""
    return [{"revision": str(one.revision_id), "order": list(one.order)} for one in drawn]


def drawn_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Drawn, ...]:
    """Read it back."""
    return tuple(Drawn(UUID(one["revision"]), tuple(one["order"])) for one in stored)


def digest(value: Any) -> str:
    """Return the SHA-256, in hex, by which the log knows what was drawn or given."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
