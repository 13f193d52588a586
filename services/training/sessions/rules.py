"""What a session may be and become. Pure: values and instants in, decisions out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_, LocalizedText, Message
from shared.core.zones import COMPANY_ZONE
from shared.directory import Audience

MOST_PLACES = 1_000
LONGEST = timedelta(days=3)
# Unless said otherwise one may withdraw until a day before: whoever waits then still has time to arrange it.
CANCEL_AHEAD = timedelta(days=1)


class SessionKind(StrEnum):
    """What happens there."""

    LECTURE = "lecture"
    WORKSHOP = "workshop"
    WEBINAR = "webinar"
    CASE_SEMINAR = "case_seminar"


class InstructorKind(StrEnum):
    """Who teaches."""

    RND = "rnd"
    CLINICAL = "clinical"
    TRAINER = "trainer"


class Language(StrEnum):
    """In which language it is held."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


class SessionStatus(StrEnum):
    """What is stored; that one is full or under way is seen from its bookings and the clock."""

    PLANNED = "planned"
    OPEN = "open"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SessionStep(StrEnum):
    """What may happen to a session."""

    EDIT = "edit"
    OPEN = "open"
    BOOK = "book"
    MARK = "mark"
    HOLD = "hold"
    CORRECT = "correct"
    CLOSE = "close"
    CANCEL = "cancel"


class Stage(StrEnum):
    """How a session stands at an instant, for people: derived, never stored."""

    PLANNED = "planned"
    OPEN = "open"
    FULL = "full"
    UNDER_WAY = "under_way"
    OVER = "over"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


KIND_WORDS = {
    SessionKind.LECTURE: N_("Lecture"),
    SessionKind.WORKSHOP: N_("Hands-on workshop"),
    SessionKind.WEBINAR: N_("Webinar"),
    SessionKind.CASE_SEMINAR: N_("Case seminar"),
}
# In both languages, because calendars and mail are written where nobody's page is open.
INSTRUCTOR_WORDS = {
    InstructorKind.RND: LocalizedText("研发专家", "R&D expert"),
    InstructorKind.CLINICAL: LocalizedText("临床专家", "Clinical expert"),
    InstructorKind.TRAINER: LocalizedText("培训师", "Trainer"),
}
LANGUAGE_WORDS = {
    Language.ZH: N_("In Chinese"),
    Language.EN: N_("In English"),
    Language.BOTH: N_("In Chinese and English"),
}
STATUS_WORDS = {
    SessionStatus.PLANNED: N_("Planned"),
    SessionStatus.OPEN: N_("Open for booking"),
    SessionStatus.HELD: N_("Held"),
    SessionStatus.CLOSED: N_("Closed"),
    SessionStatus.CANCELLED: N_("Cancelled"),
}
STAGE_WORDS = {
    Stage.PLANNED: N_("Planned"),
    Stage.OPEN: N_("Open for booking"),
    Stage.FULL: N_("Full"),
    Stage.UNDER_WAY: N_("Under way"),
    Stage.OVER: N_("Roll to be confirmed"),
    Stage.HELD: N_("Held"),
    Stage.CLOSED: N_("Closed"),
    Stage.CANCELLED: N_("Cancelled"),
}
STEP_WORDS = {
    SessionStep.EDIT: N_("edit"),
    SessionStep.OPEN: N_("open"),
    SessionStep.BOOK: N_("book"),
    SessionStep.MARK: N_("call the roll"),
    SessionStep.HOLD: N_("confirm the roll"),
    SessionStep.CORRECT: N_("correct the roll"),
    SessionStep.CLOSE: N_("close"),
    SessionStep.CANCEL: N_("cancel"),
}


def next_status(status: SessionStatus, step: SessionStep) -> SessionStatus:
    """Return the status after `step`; what is closed or cancelled stays so."""
    match (status, step):
        case (SessionStatus.PLANNED | SessionStatus.OPEN, SessionStep.EDIT):
            return status
        case (SessionStatus.PLANNED, SessionStep.OPEN):
            return SessionStatus.OPEN
        case (SessionStatus.OPEN, SessionStep.BOOK | SessionStep.MARK):
            return status
        case (SessionStatus.OPEN, SessionStep.HOLD):
            return SessionStatus.HELD
        case (SessionStatus.HELD, SessionStep.CORRECT):
            return status
        case (SessionStatus.HELD, SessionStep.CLOSE):
            return SessionStatus.CLOSED
        case (SessionStatus.PLANNED | SessionStatus.OPEN, SessionStep.CANCEL):
            return SessionStatus.CANCELLED
        case _:
            raise IllegalTransition(N_("The session"), STATUS_WORDS[status], STEP_WORDS[step])


def stage(status: SessionStatus, starts_at: datetime, ends_at: datetime, free: int, now: datetime) -> Stage:
    """Return how a session with so many free places stands at an instant."""
    match status:
        case SessionStatus.OPEN:
            if now >= ends_at:
                return Stage.OVER
            if now >= starts_at:
                return Stage.UNDER_WAY
            return Stage.OPEN if free > 0 else Stage.FULL
        case SessionStatus.PLANNED:
            return Stage.PLANNED
        case SessionStatus.HELD:
            return Stage.HELD
        case SessionStatus.CLOSED:
            return Stage.CLOSED
        case SessionStatus.CANCELLED:
            return Stage.CANCELLED


@dataclass(frozen=True)
class Instructor:
    """Who teaches: somebody on the roster (`person_id`), or from outside, by name and affiliation."""

    kind: InstructorKind
    name: str
    affiliation: str
    person_id: UUID | None = None


@dataclass(frozen=True)
class Details:
    """What a trainer says of a session. `course_id` None: it counts for no course."""

    kind: SessionKind
    course_id: UUID | None
    title: LocalizedText
    about: LocalizedText
    instructor: Instructor
    language: Language
    place: str
    link: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    book_until: datetime
    cancel_until: datetime
    audience: Audience

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


def deadlines(
    starts_at: datetime, book_until: datetime | None, cancel_until: datetime | None
) -> tuple[datetime, datetime]:
    """Return until when one may book and withdraw, where it was not said: the beginning, and a day before."""
    return book_until or starts_at, cancel_until or starts_at - CANCEL_AHEAD


def check_details(details: Details, now: datetime, *, booked: int = 0) -> None:
    """Raise InvalidInput, with every field that is not acceptable; `booked` places are taken already."""
    found: dict[str, Message] = _check_words(details)
    if details.starts_at <= now:
        found["starts_at"] = N_("That moment has passed")
    if details.ends_at <= details.starts_at:
        found["ends_at"] = N_("A session ends after it begins")
    elif details.ends_at - details.starts_at > LONGEST:
        found["ends_at"] = N_("At most %(days)s days", days=LONGEST.days)
    if details.book_until > details.starts_at:
        found["book_until"] = N_("Not after the session begins")
    if details.cancel_until > details.starts_at:
        found["cancel_until"] = N_("Not after the session begins")
    if not 1 <= details.capacity <= MOST_PLACES:
        found["capacity"] = N_("From 1 to %(most)s places", most=MOST_PLACES)
    elif details.capacity < booked:
        found["capacity"] = N_("%(booked)s people have a place already", booked=booked)
    if found:
        raise InvalidInput(next(iter(found.values())), fields={name: [one] for name, one in found.items()})


def _check_words(details: Details) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for language in ("zh", "en"):
        if not getattr(details.title, language).strip():
            found[f"title_{language}"] = N_("A title is needed in both languages")
    if not details.instructor.name.strip():
        found["instructor_name"] = N_("Say who teaches: an employee number, or a name")
    if not details.place.strip() and not details.link.strip():
        found["place"] = N_("Say where it is held: a place, or a link")
    if details.link.strip() and not details.link.startswith(("https://", "http://")):
        found["link"] = N_("A link begins with https://")
    return found


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """Return 09:00–11:30 in the company's zone; with the last day where it is another one."""
    first, last = starts_at.astimezone(COMPANY_ZONE), ends_at.astimezone(COMPANY_ZONE)
    more = "" if first.date() == last.date() else f" ({last:%m-%d})"
    return f"{first:%H:%M}–{last:%H:%M}{more}"


def concerns_calendars(before: Details, after: Details) -> bool:
    """Say whether somebody who has it in their calendar must be told: time, place, title or instructor."""
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("starts_at", "ends_at", "place", "link", "title", "instructor")
    )
