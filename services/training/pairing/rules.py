"""Who may be somebody's mentor, and who would be the best: pure, and explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.core.text import N_, Message
from shared.messages.people import Position

# How many mentees somebody takes at most, unless said otherwise.
MOST_MENTEES = 3
MOST_EVER = 10
_LEAST_DAYS = 365
LADDER = (
    Position.REP,
    Position.SUPERVISOR,
    Position.DISTRICT_MANAGER,
    Position.REGIONAL_MANAGER,
    Position.DIRECTOR,
)
_LINE, _REGION, _ONE_ABOVE, _FURTHER_ABOVE, _YEAR, _MOST_YEARS, _LOAD = 40, 25, 15, 5, 2, 5, 12


@dataclass(frozen=True)
class Person:
    """What counts about somebody; `load`: mentees they have now, `most`: how many they take."""

    id: UUID
    position: str
    region: str
    product_lines: frozenset[str]
    hired_on: date
    manager_id: UUID | None
    load: int = 0
    most: int = MOST_MENTEES


@dataclass(frozen=True)
class Ranked:
    """A candidate with how well they fit, and why."""

    person: Person
    score: int
    reasons: tuple[Message, ...]


def obstacle(mentee: Person, mentor: Person, today: date) -> Message | None:
    """Return why somebody cannot be the mentee's mentor, or None.

    Mentor and manager sign off as two people, so the manager is no mentor; a mentor has been with the company
    for a year, and stands no lower on the ladder.
    """
    if mentor.id == mentee.id:
        return N_("Nobody is their own mentor")
    if mentor.id == mentee.manager_id:
        return N_("The manager signs off beside the mentor and cannot be the mentor")
    if (today - mentor.hired_on).days < _LEAST_DAYS:
        return N_("A mentor has been with the company for a year")
    steps = _steps_above(mentee, mentor)
    if steps is not None and steps < 0:
        return N_("A mentor stands no lower on the ladder than the mentee")
    if mentor.load >= mentor.most:
        return N_(
            "This mentor has %(load)s mentees already and takes %(most)s", load=mentor.load, most=mentor.most
        )
    return None


def rank(mentee: Person, candidates: Iterable[Person], today: date) -> list[Ranked]:
    """Return those who can be the mentee's mentor, the best first; equals by load, then by who is here longer."""
    possible = [_judge(mentee, one, today) for one in candidates if obstacle(mentee, one, today) is None]
    return sorted(possible, key=lambda one: (-one.score, one.person.load, one.person.hired_on, one.person.id))


def _judge(mentee: Person, mentor: Person, today: date) -> Ranked:
    years = min((today - mentor.hired_on).days // 365, _MOST_YEARS)
    steps = _steps_above(mentee, mentor)
    shared_line = bool(mentee.product_lines & mentor.product_lines)
    same_region = bool(mentee.region) and mentee.region == mentor.region
    facts: list[tuple[bool, int, Message]] = [
        (shared_line, _LINE, N_("Same product line")),
        (same_region, _REGION, N_("Same region")),
        (steps == 1, _ONE_ABOVE, N_("One position above")),
        (steps is not None and steps > 1, _FURTHER_ABOVE, N_("Further up the ladder")),
        (True, years * _YEAR, N_("With the company for %(years)s years or more", years=years)),
        (mentor.load > 0, -_LOAD * mentor.load, N_("Has %(load)s mentees now", load=mentor.load)),
        (mentor.load == 0, 0, N_("Has no mentee now")),
    ]
    held = [(points, reason) for holds, points, reason in facts if holds]
    return Ranked(mentor, sum(points for points, _ in held), tuple(reason for _, reason in held))


def _steps_above(mentee: Person, mentor: Person) -> int | None:
    """Return how many steps of the ladder lie between them, or None when one of them is not on it."""
    try:
        return LADDER.index(Position(mentor.position)) - LADDER.index(Position(mentee.position))
    except ValueError:
        return None
