"""What feedback is, when it may be given, and when its results may be shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.training.bookings.rules import BookingStatus
from shared.core.errors import Conflict, InvalidInput
from shared.core.text import N_

QUESTIONS = ("content", "instructor", "relevance")
QUESTION_WORDS = {
    "content": N_("Content"),
    "instructor": N_("Instructor"),
    "relevance": N_("Use for my work"),
}
# Fewer answers than this would say who said what.
MIN_ANSWERS = 5
OPEN_FOR = timedelta(days=30)
MOST = 5
_COMMENT = 2_000


@dataclass(frozen=True)
class Answer:
    """One person's answer: 1 (poor) to 5 (excellent) for each of QUESTIONS, and a comment or none."""

    content: int
    instructor: int
    relevance: int
    comment: str = ""


@dataclass(frozen=True)
class Result:
    """What all said to one question: `counts[0]` gave 1, `counts[4]` gave 5; `tenths` is the mean in tenths."""

    question: str
    counts: tuple[int, ...]
    tenths: int


def check_may_answer(status: BookingStatus, ends_at: datetime, now: datetime) -> None:
    """Raise Conflict unless the person was there and it is not too long ago."""
    if status is not BookingStatus.ATTENDED:
        raise Conflict(N_("Feedback is for those who were there"))
    if now >= ends_at + OPEN_FOR:
        raise Conflict(N_("Feedback was possible for %(days)s days", days=OPEN_FOR.days))


def check_answer(answer: Answer) -> None:
    """Raise InvalidInput for a rating that is not 1 to 5 and a comment that is too long."""
    found = {}
    for question in QUESTIONS:
        if not 1 <= getattr(answer, question) <= MOST:
            found[question] = [N_("Please choose from 1 to 5")]
    if len(answer.comment) > _COMMENT:
        found["comment"] = [N_("At most %(n)s characters.", n=_COMMENT)]
    if found:
        raise InvalidInput(next(iter(found.values()))[0], fields=found)


def summarise(answers: Sequence[Answer]) -> list[Result] | None:
    """Return the results by question, or None while there are too few answers to keep anybody's to themselves."""
    if len(answers) < MIN_ANSWERS:
        return None
    results = []
    for question in QUESTIONS:
        given = [getattr(one, question) for one in answers]
        counts = tuple(given.count(rating) for rating in range(1, MOST + 1))
        results.append(Result(question, counts, round(sum(given) * 10 / len(given))))
    return results


def comments_of(answers: Sequence[Answer]) -> list[str]:
    """Return the comments in an order that does not say who wrote first; none while there are too few answers."""
    if len(answers) < MIN_ANSWERS:
        return []
    return sorted(one.comment for one in answers if one.comment)
