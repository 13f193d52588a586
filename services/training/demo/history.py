"""The rows and events of people's training over a year, made by the service's own rules."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.training.acknowledgements.models import Acknowledgement
from services.training.assignments.commands import new_row
from services.training.assignments.models import Assignment
from services.training.assignments.queries import as_wanted, sizes_of
from services.training.assignments.rules import AssignmentStatus, CancelReason, Wanted
from services.training.attempts.models import Attempt, PartProgress
from services.training.certificates.models import Certificate
from services.training.certificates.rules import (
    ALPHABET,
    CertificateStatus,
    Validity,
    make_number,
)
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.rules import Due, PeriodStatus, first_due
from services.training.courses.models import CourseVersion
from services.training.courses.seed import ANTI_BRIBERY
from services.training.curricula.queries import Required
from services.training.demo.chance import DUE_AGO, done_on, is_revoked, late_ids, score_of
from services.training.demo.taking import attempt_rows
from services.training.enrolment.rules import Earned, Terms, earn
from services.training.standing.commands import standing_subject
from services.training.standing.rules import (
    MY_URL,
    AssignmentFacts,
    CertificateFacts,
    Subject,
    assignment_url,
    lapse_intervals,
    lapse_stated,
    overdue_intervals,
    overdue_stated,
)
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.zones import end_of_day, local_date, start_of_day
from shared.db.uow import UnitOfWork
from shared.demo import DemoCompany, DemoPerson
from shared.directory import DirectoryPerson
from shared.directory.handlers import row_of
from shared.eventlog import Entry, append_many, row_state
from shared.messages.standing import TrainingImpedimentStated
from shared.messages.training import (
    AssignmentCancelled,
    AssignmentCompleted,
    AssignmentMade,
    CertificateIssued,
    CertificateReleased,
    CertificateRevoked,
    CertificateSuperseded,
    CertificationArchived,
    CertificationEarned,
    CertificationRenewed,
    CertificationRevoked,
)

# The suite has been in use for a year; whoever was there before was taken over on the first day.
IN_USE = timedelta(days=365)
# Attempts are told in full for this long; of what is older only the outcome is kept.
_ATTEMPTS_FOR = timedelta(days=45)
_ROWS_AT_ONCE = 5_000
_PERIOD = ("valid_from", "valid_until", "window_start", "due", "window_end")
_NOT_YET = (
    *("renewed_at", "released_at", "revoked_at", "revoke_reason", "supersede_reason"),
    *("evidence_sha256", "evidence_name", "replaces_id", "design_version_id", "reissue_id"),
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A requirement with the version of its course that everybody takes."""

    required: Required
    version: CourseVersion


@dataclass
class _Record:
    """A row with its events so far; the last one vouches for the row as it is in the end."""

    model: Any
    row: Row
    entries: list[Entry] = field(default_factory=list)

    def tell(self, message: Any, at: datetime, person_id: UUID | None = None) -> None:
        """Add an event about the row."""
        subject = f"{self.model.__audit_kind__}/{self.row['id']}"
        about = person_id or self.row["person_id"]
        self.entries.append(Entry(message, subject, SYSTEM.actor, at, person_id=about))


class History:
    """Collects what happened to some people, and writes it in the order of time."""

    def __init__(self, company: DemoCompany, asked: list[Asked]) -> None:
        self._company = company
        self._asked = asked
        self._start = company.now - IN_USE
        self._records: list[_Record] = []
        self._brief = False
        self._statements: list[Entry] = []
        self._names: dict[UUID, str] = {}
        self._late = late_ids(company)
        self._audiences = [one.required.curriculum.audience for one in asked]
        self._dues = [one.required.curriculum.due for one in asked]
        self._sizes = sizes_of([one.required for one in asked])

    def add(self, person: DemoPerson, *, brief: bool = False) -> None:
        """Live through the year with one person; `brief` keeps only what counts today, for a very large company."""
        self._brief = brief
        self._names[person.id] = person.name
        chance = self._company.random("training", person.employee_no)
        seen = DirectoryPerson(**row_of(person.snapshot))
        for one, audience, due in zip(self._asked, self._audiences, self._dues, strict=True):
            if audience.selects(seen):
                wanted = as_wanted(one.required, seen, person.hired_on, due, self._sizes)
                self._add_course(person, one, wanted, chance)

    def write(self, uow: UnitOfWork) -> None:
        """Write rows and events."""
        for record in self._records:
            last = record.entries[-1]
            record.row["last_event_id"] = last.id
            record.entries[-1] = replace(last, state=row_state(record.model, record.row))
        for model in (Assignment, Certificate, CertificationPeriod, Attempt, PartProgress, Acknowledgement):
            rows = [one.row for one in self._records if one.model is model]
            for first in range(0, len(rows), _ROWS_AT_ONCE):
                uow.session.connection().execute(insert(model.__table__), rows[first : first + _ROWS_AT_ONCE])
        entries = [entry for record in self._records for entry in record.entries] + self._statements
        append_many(uow.session.connection(), sorted(entries, key=lambda one: one.recorded_at))

    def _add_course(self, person: DemoPerson, one: Asked, wanted: Wanted, chance: Random) -> None:
        """Go from assignment to assignment of one course until one is open."""
        joined_on = wanted.joined_on
        terms = Terms(one.version.certifies, one.version.valid_months)
        due: Due | None = first_due(wanted.due, wanted.since, joined_on, extra_days=wanted.extra_days)
        made_at = max(self._start, _at_work(joined_on, chance))
        assignment_id: UUID = new_id()
        held: _Record | None = None
        period: _Record | None = None
        mark = len(self._records)
        while due is not None:
            record = self._make(new_row(person.id, wanted, due, made_at) | {"id": assignment_id})
            misses = self._misses(person, one, due)
            day = done_on(self._company, person, due, local_date(made_at), chance, misses=misses)
            if day is None or (person.left_on is not None and day >= person.left_on):
                self._leave_open(record, one, person)
                break
            if self._brief:
                record.entries.clear()
                self._records[mark:] = [record]
            self._complete(record, one, _at_work(day, chance), score_of(one.version, chance))
            assignment_id, made_at = new_id(), record.row["ended_at"]
            until = period.row["valid_until"] if period is not None else None
            earned = earn(wanted.due, terms, day, until, opened_on=due.opens_on)
            assert earned is not None
            assert earned.certificate is not None
            due = earned.due
            renewal_id = assignment_id if due is not None else None
            before = (None, None) if self._brief else (held, period)
            held = self._certify(person, one, before[0], record.row, earned.certificate, renewal_id, chance)
            period = self._open_period(before[1], record.row, held.row, earned)
        if held is not None and period is not None:
            self._finish(held, period, person, chance)

    def _misses(self, person: DemoPerson, one: Asked, due: Due) -> bool:
        this_year = due.due_on == self._company.today - DUE_AGO
        return this_year and one.required.course.code == ANTI_BRIBERY.code and person.id in self._late

    def _make(self, row: Row) -> _Record:
        record = _Record(Assignment, row)
        self._records.append(record)
        told = (row["id"], row["person_id"], row["curriculum_id"], row["course_id"])
        record.tell(AssignmentMade(*told, row["opens_on"], row["due_on"]), row["made_at"])
        return record

    def _leave_open(self, record: _Record, one: Asked, person: DemoPerson) -> None:
        """It is open today, and stated so; or it was cancelled when the person left."""
        row = record.row
        if person.left_on is not None:
            until = end_of_day(person.left_on)
            row |= {"status": AssignmentStatus.CANCELLED, "ended_at": until}
            cancelled = AssignmentCancelled(row["id"], row["person_id"], until, CancelReason.LEFT)
            record.tell(cancelled, until)
        self._state_overdue(row, one)

    def _complete(self, record: _Record, one: Asked, done_at: datetime, score: int | None) -> None:
        row = record.row
        started_at = done_at - timedelta(minutes=one.version.minutes)
        ended = {"started_at": started_at, "ended_at": done_at, "score": score}
        row |= ended | {"status": AssignmentStatus.COMPLETED}
        if done_at > self._company.now - _ATTEMPTS_FOR and not self._brief:
            self._attempt(row, one, score)
        completed = AssignmentCompleted(
            row["id"],
            row["person_id"],
            row["curriculum_id"],
            row["course_id"],
            one.version.id,
            done_at,
            score,
        )
        record.tell(completed, done_at)
        if not self._brief:
            self._state_overdue(row, one)

    def _state_overdue(self, row: Row, one: Asked) -> None:
        """State an interval when it was known ahead and when it ended; what was done in time needs no words."""
        facts = AssignmentFacts(row["due_on"], row["ended_at"])
        if not overdue_intervals(facts):
            return
        course = one.required.course
        cure = assignment_url(row["id"])
        subject = Subject(row["person_id"], row["id"], course.title, course.category, cure)
        self._state(overdue_stated(subject, AssignmentFacts(row["due_on"])), row["made_at"])
        if facts.ended_at is not None:
            self._state(overdue_stated(subject, facts), facts.ended_at)

    def _attempt(self, row: Row, one: Asked, score: int | None) -> None:
        for model, taken, told in attempt_rows(row, one.version, self._names[row["person_id"]], score):
            record = _Record(model, taken)
            self._records.append(record)
            for message, at in told:
                record.tell(message, at, row["person_id"])

    def _certify(
        self,
        person: DemoPerson,
        one: Asked,
        before: _Record | None,
        completed: Row,
        valid: Validity,
        renewal_id: UUID | None,
        chance: Random,
    ) -> _Record:
        """Issue a certificate in place of the one before."""
        course, at, blank = one.required.course, completed["ended_at"], dict.fromkeys(_NOT_YET)
        row: Row = {
            "id": new_id(),
            "number": make_number([chance.randrange(len(ALPHABET)) for _ in range(11)]),
            "status": CertificateStatus.ISSUED,
            "person_id": person.id,
            "holder_name": person.name,
            "holder_employee_no": person.employee_no,
            "course_id": course.id,
            "version_id": one.version.id,
            "version_number": one.version.number,
            "title": course.title,
            "category": course.category.value,
            "score": completed["score"],
            "assignment_id": completed["id"],
            "renewal_id": renewal_id,
            "issued_at": at,
            "valid_from": valid.since,
            "valid_until": valid.until,
            "revision": 1,
            "version": 1,
        }
        record = _Record(Certificate, row | blank)
        self._records.append(record)
        told = (row["id"], row["number"], person.id, course.id, one.version.id)
        record.tell(CertificateIssued(*told, valid.since, valid.until), at)
        if before is not None:
            before.row |= {"status": CertificateStatus.SUPERSEDED, "renewed_at": at}
            before.tell(CertificateSuperseded(before.row["id"], person.id, row["id"]), at)
            self._state_lapse(before.row, at)
        return record

    def _open_period(
        self, before: _Record | None, completed: Row, certificate: Row, earned: Earned
    ) -> _Record:
        """Certify them, in place of the period before."""
        at, due = completed["ended_at"], earned.due
        row: Row = {
            "id": new_id(),
            "person_id": completed["person_id"],
            "course_id": completed["course_id"],
            "status": PeriodStatus.CERTIFIED,
            "assignment_id": completed["id"],
            "certificate_id": certificate["id"],
            "predecessor_id": before.row["id"] if before is not None else None,
            "earned_at": at,
            "valid_from": earned.period.since,
            "valid_until": earned.period.until,
            "window_start": due.opens_on if due is not None else None,
            "due": due.due_on if due is not None else None,
            "window_end": due.window_end if due is not None else None,
            "ended_at": None,
            "archived_at": None,
            "version": 1,
        }
        record = _Record(CertificationPeriod, row)
        self._records.append(record)
        told = ("id", "person_id", "course_id", "assignment_id", "certificate_id", "predecessor_id", *_PERIOD)
        record.tell(CertificationEarned(*(row[name] for name in told)), at)
        if before is not None:
            before.row |= {"status": PeriodStatus.RECERTIFIED, "ended_at": at}
            before.tell(CertificationRenewed(before.row["id"], row["person_id"], row["id"]), at)
        return record

    def _finish(self, held: _Record, period: _Record, person: DemoPerson, chance: Random) -> None:
        """What counts today: released if its holder left, revoked if fate will have it."""
        row = held.row
        changed_at = row["issued_at"]
        if person.left_on is not None:
            changed_at = row["released_at"] = end_of_day(person.left_on)
            held.tell(CertificateReleased(row["id"], person.id, changed_at), changed_at)
            period.row["archived_at"] = changed_at
            period.tell(CertificationArchived(period.row["id"], person.id, changed_at), changed_at)
        elif row["valid_until"] is not None and is_revoked(person, chance):
            changed_at = max(
                row["issued_at"] + timedelta(hours=1),
                self._company.now - timedelta(days=chance.randrange(4, 20)),
            )
            row |= {
                "status": CertificateStatus.REVOKED,
                "revoked_at": changed_at,
                "revoke_reason": "考核由他人代答，经本人确认。",
            }
            held.tell(CertificateRevoked(row["id"], person.id), changed_at)
            period.row |= {"status": PeriodStatus.REVOKED, "ended_at": changed_at}
            period.tell(CertificationRevoked(period.row["id"], person.id), changed_at)
        self._state_lapse(row, changed_at)

    def _state_lapse(self, row: Row, changed_at: datetime) -> None:
        """State when the lack of it impedes: as it was known at issue, and as it is since it changed."""
        facts = CertificateFacts(row["valid_until"], row["revoked_at"], row["renewed_at"], row["released_at"])
        if not lapse_intervals(facts):
            return
        cure = assignment_url(row["renewal_id"]) if row["renewal_id"] else MY_URL
        subject = Subject(row["person_id"], row["id"], row["title"], row["category"], cure)
        if row["valid_until"] is not None:
            self._state(lapse_stated(subject, CertificateFacts(row["valid_until"])), row["issued_at"])
        if changed_at != row["issued_at"]:
            self._state(lapse_stated(subject, facts), changed_at)

    def _state(self, stated: TrainingImpedimentStated, at: datetime) -> None:
        entry = Entry(stated, standing_subject(stated), SYSTEM.actor, at, person_id=stated.person_id)
        self._statements.append(entry)


def _at_work(day: date, chance: Random) -> datetime:
    """Return some moment of a working day."""
    return start_of_day(day) + timedelta(hours=9, minutes=chance.randrange(10, 480))
