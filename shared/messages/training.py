"""What training publishes besides standing: courses, curricula, assignments, attempts, certificates, reminders.

Ids, codes and digests only: titles, names, reasons and answers stay in training's own tables.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.messages.base import message


@message("training.course.created.v1")
@dataclass(frozen=True)
class CourseCreated:
    """A course exists, with nothing in it yet."""

    course_id: UUID
    code: str
    category: str


@message("training.course.drafted.v1")
@dataclass(frozen=True)
class CourseDrafted:
    """A new version was begun or edited; the digest is over everything a learner would see and be asked."""

    course_id: UUID
    version_id: UUID
    number: int
    content_sha256: str


@message("training.course.published.v1")
@dataclass(frozen=True)
class CoursePublished:
    """From here on the version never changes."""

    course_id: UUID
    version_id: UUID
    number: int
    content_sha256: str


@message("training.course.retired.v1")
@dataclass(frozen=True)
class CourseRetired:
    """Nobody begins this version any more; who has begun it finishes it."""

    course_id: UUID
    version_id: UUID
    number: int


@message("training.curriculum.drafted.v1")
@dataclass(frozen=True)
class CurriculumDrafted:
    """A learning path exists, for nobody yet."""

    curriculum_id: UUID
    code: str


@message("training.curriculum.activated.v1")
@dataclass(frozen=True)
class CurriculumActivated:
    """It applies to its audience from now on."""

    curriculum_id: UUID
    code: str


@message("training.curriculum.archived.v1")
@dataclass(frozen=True)
class CurriculumArchived:
    """It applies to nobody any more."""

    curriculum_id: UUID
    code: str


@message("training.assignment.made.v1")
@dataclass(frozen=True)
class AssignmentMade:
    """Somebody has to take a course by the end of `due_on`, and may from `opens_on`."""

    assignment_id: UUID
    person_id: UUID
    curriculum_id: UUID
    course_id: UUID
    opens_on: date
    due_on: date


@message("training.assignment.started.v1")
@dataclass(frozen=True)
class AssignmentStarted:
    """The person opened the course for the first time."""

    assignment_id: UUID
    person_id: UUID


@message("training.assignment.extended.v1")
@dataclass(frozen=True)
class AssignmentExtended:
    """A manager gave more time; the reason is kept with the assignment."""

    assignment_id: UUID
    person_id: UUID
    due_before: date
    due_on: date


@message("training.assignment.completed.v1")
@dataclass(frozen=True)
class AssignmentCompleted:
    """The requirement is met; `score` is in percent, None where nothing was asked."""

    assignment_id: UUID
    person_id: UUID
    curriculum_id: UUID
    course_id: UUID
    version_id: UUID
    completed_at: datetime
    score: int | None


@message("training.assignment.exempted.v1")
@dataclass(frozen=True)
class AssignmentExempted:
    """The requirement does not apply to this person; the reason is kept with the assignment."""

    assignment_id: UUID
    person_id: UUID


@message("training.assignment.cancelled.v1")
@dataclass(frozen=True)
class AssignmentCancelled:
    """No longer asked of them since `at`; why: `left`, `out_of_audience` or `archived`."""

    assignment_id: UUID
    person_id: UUID
    at: datetime
    why: str


@message("training.assignment.released.v1")
@dataclass(frozen=True)
class AssignmentReleased:
    """Asked of them until `at`, a moment still to come, such as the end of their last day; None: for good."""

    assignment_id: UUID
    person_id: UUID
    at: datetime | None


@message("training.attempt.launched.v1")
@dataclass(frozen=True)
class AttemptLaunched:
    """An attempt at an assignment began, at this version of the course."""

    attempt_id: UUID
    assignment_id: UUID
    version_id: UUID


@message("training.attempt.page_read.v1")
@dataclass(frozen=True)
class AttemptPageRead:
    """So many pages of the course were shown and turned."""

    attempt_id: UUID
    pages_read: int


@message("training.attempt.submitted.v1")
@dataclass(frozen=True)
class AttemptSubmitted:
    """It was graded: `outcome` is `completed`, `passed` or `failed`; the digest is over the answers as given."""

    attempt_id: UUID
    assignment_id: UUID
    outcome: str
    score: int | None
    answers_sha256: str


@message("training.certificate.issued.v1")
@dataclass(frozen=True)
class CertificateIssued:
    """`valid_until` is the last valid day; None means that it does not run out."""

    certificate_id: UUID
    number: str
    person_id: UUID
    course_id: UUID
    version_id: UUID
    valid_from: date
    valid_until: date | None


@message("training.certificate.superseded.v1")
@dataclass(frozen=True)
class CertificateSuperseded:
    """A later certificate for the same course took its place."""

    certificate_id: UUID
    person_id: UUID
    by_certificate_id: UUID


@message("training.certificate.revoked.v1")
@dataclass(frozen=True)
class CertificateRevoked:
    """It does not count any more; the reason is kept with the certificate."""

    certificate_id: UUID
    person_id: UUID


@message("training.certificate.released.v1")
@dataclass(frozen=True)
class CertificateReleased:
    """From `at` on nobody needs the person to renew it; None: the need is back."""

    certificate_id: UUID
    person_id: UUID
    at: datetime | None


@message("training.certificate.rendered.v1")
@dataclass(frozen=True)
class CertificateRendered:
    """Its PDF in one language was made, once and for all."""

    certificate_id: UUID
    language: str
    pdf_sha256: str


@message("training.reminder.sent.v1")
@dataclass(frozen=True)
class ReminderSent:
    """Somebody was reminded, of `assignment_id`, in the way that `kind` names, once for `mark`."""

    assignment_id: UUID
    person_id: UUID
    kind: str
    mark: date
