"""What a step in a career asks for, whether somebody meets it, and what may become of a request. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.training.certificates.rules import add_months
from shared.core.canonical import canonical_json
from shared.core.errors import Conflict, Forbidden, IllegalTransition, InvalidInput
from shared.core.intervals import Interval
from shared.core.text import N_, LocalizedText
from shared.core.zones import local_date
from shared.messages.people import Position

MOST_MONTHS = 120
MOST_DAYS = 730


class StepKind(StrEnum):
    """Up the ladder, or sideways."""

    PROMOTION = "promotion"
    LATERAL = "lateral"


KIND_WORDS = {StepKind.PROMOTION: N_("Promotion"), StepKind.LATERAL: N_("Lateral move")}
LADDER = (
    Position.REP,
    Position.SUPERVISOR,
    Position.DISTRICT_MANAGER,
    Position.REGIONAL_MANAGER,
    Position.DIRECTOR,
)


class Criterion(StrEnum):
    """What a step may ask for."""

    MONTHS = "months"
    CERTIFICATE = "certificate"
    STANDING = "standing"
    SIGN_OFF = "sign_off"
    MENTORING = "mentoring"


@dataclass(frozen=True)
class Criteria:
    """All that a step asks for.

    `months` in the present position; a certificate that counts for each of `courses`; `clean_days` without any
    overdue training or lapsed certificate up to today; with `sign_off`, a word of somebody above; with `mentored`,
    a mentorship of theirs that mentor and manager have signed off.
    """

    months: int
    courses: tuple[UUID, ...]
    clean_days: int
    sign_off: bool
    mentored: bool = False

    def __post_init__(self) -> None:
        problems = {}
        if not 0 <= self.months <= MOST_MONTHS:
            problems["months"] = [N_("From 0 to %(most)s months", most=MOST_MONTHS)]
        if not 0 <= self.clean_days <= MOST_DAYS:
            problems["clean_days"] = [N_("From 0 to %(most)s days", most=MOST_DAYS)]
        if len(set(self.courses)) != len(self.courses):
            problems["courses"] = [N_("A course is named twice")]
        if problems:
            raise InvalidInput(N_("The criteria cannot be kept like this"), fields=problems)

    def to_json(self) -> dict[str, Any]:
        """Return the form in which they are stored."""
        return {
            "months": self.months,
            "courses": [str(one) for one in self.courses],
            "clean_days": self.clean_days,
            "sign_off": self.sign_off,
            "mentored": self.mentored,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Criteria":
        """Read them back; those kept before mentoring could be asked for do not name it."""
        courses = tuple(UUID(one) for one in stored["courses"])
        mentored = stored.get("mentored", False)
        return cls(stored["months"], courses, stored["clean_days"], stored["sign_off"], mentored)


@dataclass(frozen=True)
class Held:
    """A certificate that counts; `valid_until` is its last valid day, `event_id` the entry in the log."""

    number: str
    valid_until: date | None
    event_id: UUID


@dataclass(frozen=True)
class Signed:
    """Somebody above said that the person is ready for a step, or that what was to be learned with a mentor is."""

    by: UUID | None
    at: datetime
    event_id: UUID


@dataclass(frozen=True)
class Facts:
    """What is known of somebody today: certificates by course, when training impeded them, what was signed off.

    `mentored`: the last mentorship in which they were the mentee and that both have signed off.
    """

    position_since: date
    certificates: Mapping[UUID, Held] = field(default_factory=dict)
    impeded: Sequence[Interval] = ()
    signed: Signed | None = None
    mentored: Signed | None = None


@dataclass(frozen=True)
class Result:
    """Whether one criterion is met. `have` of `need` in months or days; `ready_on`: met by then if nothing changes."""

    criterion: Criterion
    met: bool
    course_id: UUID | None = None
    have: int | None = None
    need: int | None = None
    ready_on: date | None = None
    reference: str = ""


@dataclass(frozen=True)
class Readiness:
    """How somebody stands with one step."""

    results: tuple[Result, ...]

    @property
    def missing(self) -> int:
        """How many criteria are not met."""
        return sum(not one.met for one in self.results)

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return self.missing == 0


def kind_of(source: Position, target: Position) -> StepKind:
    """Return whether it leads up the ladder or sideways; raise InvalidInput for what is neither."""
    if source is target:
        raise InvalidInput(N_("A step leads to another position"))
    if source in LADDER and target in LADDER:
        if LADDER.index(target) < LADDER.index(source):
            raise InvalidInput(N_("A step does not lead down the ladder"))
        return StepKind.PROMOTION
    return StepKind.LATERAL


def assess(criteria: Criteria, facts: Facts, today: date) -> Readiness:
    """Hold what is known of somebody against what a step asks for; the order is that in which people read it."""
    results = [_months(criteria.months, facts.position_since, today)] if criteria.months else []
    results += [_certificate(course_id, facts.certificates.get(course_id)) for course_id in criteria.courses]
    if criteria.clean_days:
        results.append(_standing(criteria.clean_days, facts.impeded, today))
    if criteria.mentored:
        results.append(_signed(Criterion.MENTORING, facts.mentored))
    if criteria.sign_off:
        results.append(_signed(Criterion.SIGN_OFF, facts.signed))
    return Readiness(tuple(results))


def _months(need: int, since: date, today: date) -> Result:
    ready_on = add_months(since, need)
    have = (today.year - since.year) * 12 + today.month - since.month - (add_months(since, 0).day > today.day)
    have = max(0, have) if ready_on > today else max(have, need)
    met = ready_on <= today
    return Result(Criterion.MONTHS, met, have=have, need=need, ready_on=None if met else ready_on)


def _certificate(course_id: UUID, held: Held | None) -> Result:
    if held is None:
        return Result(Criterion.CERTIFICATE, met=False, course_id=course_id)
    return Result(Criterion.CERTIFICATE, met=True, course_id=course_id, reference=held.number)


def _signed(criterion: Criterion, signed: Signed | None) -> Result:
    return Result(criterion, signed is not None, reference=str(signed.event_id) if signed is not None else "")


def _standing(need: int, impeded: Sequence[Interval], today: date) -> Result:
    """Clean days are whole days since the last on which anything impeded; today is one of them if it is clean."""
    begun = [one for one in impeded if local_date(one.start) <= today]
    if any(one.end is None or local_date(one.end) > today for one in begun):
        return Result(Criterion.STANDING, met=False, have=0, need=need)
    ended = [local_date(one.end) for one in begun if one.end is not None]
    if not ended:
        return Result(Criterion.STANDING, met=True, have=need, need=need)
    have = (today - max(ended)).days
    if have >= need:
        return Result(Criterion.STANDING, met=True, have=need, need=need)
    ready_on = max(ended) + timedelta(days=need)
    return Result(Criterion.STANDING, met=False, have=have, need=need, ready_on=ready_on)


class RequestStatus(StrEnum):
    """Where a request for a promotion stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class RequestStep(StrEnum):
    """What may happen to it."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


STATUS_WORDS = {
    RequestStatus.DRAFT: N_("Draft"),
    RequestStatus.SUBMITTED: N_("Submitted"),
    RequestStatus.APPROVED: N_("Approved"),
    RequestStatus.REJECTED: N_("Rejected"),
    RequestStatus.WITHDRAWN: N_("Withdrawn"),
}
STEP_WORDS = {
    RequestStep.SUBMIT: N_("submit"),
    RequestStep.APPROVE: N_("approve"),
    RequestStep.REJECT: N_("reject"),
    RequestStep.WITHDRAW: N_("withdraw"),
}
PENDING = (RequestStatus.DRAFT, RequestStatus.SUBMITTED)


def next_status(status: RequestStatus, step: RequestStep) -> RequestStatus:
    """Return the status after `step`; what was decided stays decided."""
    match (status, step):
        case (RequestStatus.DRAFT, RequestStep.SUBMIT):
            return RequestStatus.SUBMITTED
        case (RequestStatus.SUBMITTED, RequestStep.APPROVE):
            return RequestStatus.APPROVED
        case (RequestStatus.SUBMITTED, RequestStep.REJECT):
            return RequestStatus.REJECTED
        case (RequestStatus.DRAFT | RequestStatus.SUBMITTED, RequestStep.WITHDRAW):
            return RequestStatus.WITHDRAWN
        case _:
            raise IllegalTransition(N_("The request"), STATUS_WORDS[status], STEP_WORDS[step])


def check_gate(readiness: Readiness) -> None:
    """Raise Conflict while anything is missing."""
    if not readiness.ready:
        raise Conflict(N_("%(missing)s of the criteria are not met yet", missing=readiness.missing))


def check_decider(decider_id: UUID | None, person_id: UUID, requester_id: UUID | None) -> None:
    """Raise Forbidden when somebody decides on their own promotion, or on the request that they made."""
    if decider_id is not None and decider_id in (person_id, requester_id):
        raise Forbidden(N_("Another person decides on this: you asked for it, or it is about you"))


def frozen_evidence(
    criteria: Criteria,
    readiness: Readiness,
    *,
    titles: Mapping[UUID, LocalizedText],
    certificates: Mapping[UUID, Held],
    today: date,
) -> dict[str, Any]:
    """Return what a request is judged by, as it was on the day: it does not change when the world does."""
    return {
        "assessed_on": today.isoformat(),
        "criteria": criteria.to_json(),
        "results": [
            _evidence_of(one, titles, certificates.get(one.course_id) if one.course_id else None)
            for one in readiness.results
        ],
    }


def evidence_digest(evidence: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, by which the log knows the evidence."""
    return hashlib.sha256(canonical_json(evidence)).hexdigest()


def _evidence_of(result: Result, titles: Mapping[UUID, LocalizedText], held: Held | None) -> dict[str, Any]:
    title = titles[result.course_id] if result.course_id is not None else None
    return {
        "criterion": result.criterion.value,
        "met": result.met,
        "course": None if title is None else {"id": str(result.course_id), "zh": title.zh, "en": title.en},
        "have": result.have,
        "need": result.need,
        "reference": result.reference,
        "valid_until": held.valid_until.isoformat() if held is not None and held.valid_until else None,
        "event": str(held.event_id) if held is not None else None,
    }
