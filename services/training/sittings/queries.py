"""Reading sittings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.courses.models import Course
from services.training.parts.rules import AssessmentPart, Part
from services.training.questions.models import Question, QuestionRevision, Topic
from services.training.questions.queries import revisions_of
from services.training.questions.rules import Feedback, Poolable, QuestionBody
from services.training.sittings.models import Sitting, SittingAnswer
from services.training.sittings.rules import GRACE, Drawn, Given, SittingStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class Asked:
    """One question of a sitting with its answer, if there is one; `place` is from 1."""

    place: int
    drawn: Drawn
    revision: QuestionRevision
    question: Question
    topic: Topic
    answer: SittingAnswer | None

    @property
    def body(self) -> QuestionBody:
        """What is asked."""
        return self.revision.body

    @property
    def given(self) -> Given | None:
        """What was answered."""
        return self.answer.given if self.answer is not None else None

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer: one that was taken back is none."""
        return bool(self.given)

    @property
    def shows_marks(self) -> bool:
        """Whether the learner is told afterwards if it was right."""
        return self.topic.feedback is not Feedback.SCORE

    @property
    def shows_explanation(self) -> bool:
        """Whether the learner is told afterwards why."""
        return self.topic.feedback is Feedback.EXPLANATIONS


@dataclass(frozen=True)
class SittingRow:
    """A sitting with whose and which it is."""

    sitting: Sitting
    person: DirectoryPerson
    course: Course


@dataclass(frozen=True)
class SittingFilter:
    """Which sittings are looked for."""

    status: SittingStatus | None = None
    course_id: UUID | None = None
    search: str = ""


def as_assessment(part: Part | None) -> AssessmentPart:
    """Return the part, which is an assessment; raise NotFound when it is not."""
    if not isinstance(part, AssessmentPart):
        raise NotFound(N_("There is no such assessment"))
    return part


def find_started(session: Session, assignment_id: UUID, part_id: str) -> Sitting | None:
    """Return the sitting that is under way, or None."""
    found: Sitting | None = session.scalar(
        select(Sitting).where(
            Sitting.assignment_id == assignment_id,
            Sitting.part_id == part_id,
            Sitting.status == SittingStatus.STARTED,
        )
    )
    return found


def list_of_part(session: Session, assignment_id: UUID, part_id: str) -> list[Sitting]:
    """Return all sittings of an assessment, the latest first."""
    statement = (
        select(Sitting)
        .where(Sitting.assignment_id == assignment_id, Sitting.part_id == part_id)
        .order_by(Sitting.number.desc())
    )
    return list(session.scalars(statement))


def get_sitting(session: Session, assignment_id: UUID, part_id: str, sitting_id: UUID) -> Sitting:
    """Return that sitting of an assessment; raise NotFound."""
    found: Sitting | None = session.get(Sitting, sitting_id)
    if found is None or (found.assignment_id, found.part_id) != (assignment_id, part_id):
        raise NotFound(N_("There is no such sitting"))
    return found


def lock_sitting(session: Session, sitting: Sitting, *, to_grade: bool) -> None:
    """Read the sitting again and hold it: many may answer at once, but nobody while it is graded.

    SQLite has one writer at a time and needs no lock.
    """
    session.refresh(sitting, with_for_update={"read": not to_grade})


def asked_in(session: Session, sitting: Sitting) -> list[Asked]:
    """Return the questions of a sitting with their answers, in their order (two queries)."""
    drawn = sitting.drawn
    revisions = revisions_of(session, [one.revision_id for one in drawn])
    statement = select(SittingAnswer).where(SittingAnswer.sitting_id == sitting.id)
    answers = {one.place: one for one in session.scalars(statement)}
    return [
        Asked(place, one, *revisions[one.revision_id], answers.get(place))
        for place, one in enumerate(drawn, start=1)
    ]


def pool_of(
    session: Session, revision_ids: Sequence[UUID]
) -> tuple[list[Poolable], dict[UUID, QuestionBody]]:
    """Return what may be drawn, and what it asks, by revision."""
    revisions = revisions_of(session, revision_ids)
    pool = [Poolable(one, question.topic_id) for one, (_, question, _) in revisions.items()]
    return pool, {one: revision.body for one, (revision, _, _) in revisions.items()}


def list_over(session: Session, now: datetime, limit: int = 200) -> list[UUID]:
    """Return sittings whose time was over before `now` and that nobody handed in."""
    statement = (
        select(Sitting.id)
        .where(Sitting.status == SittingStatus.STARTED, Sitting.deadline_at < now - GRACE)
        .order_by(Sitting.deadline_at)
        .limit(limit)
    )
    return list(session.scalars(statement))


def list_sittings(
    session: Session,
    visible: ColumnElement[bool],
    wanted: SittingFilter,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[SittingRow]:
    """Return one page of sittings, the latest first; `visible` is the condition on people (two queries)."""
    statement = select(Sitting).join(DirectoryPerson, DirectoryPerson.id == Sitting.person_id).where(visible)
    if wanted.status is not None:
        statement = statement.where(Sitting.status == wanted.status)
    if wanted.course_id is not None:
        statement = statement.join(Assignment, Assignment.id == Sitting.assignment_id)
        statement = statement.where(Assignment.course_id == wanted.course_id)
    if wanted.search:
        named = DirectoryPerson.name.contains(wanted.search, autoescape=True)
        numbered = DirectoryPerson.employee_no.startswith(wanted.search, autoescape=True)
        statement = statement.where(named | numbered)
    keys = [Sitting.started_at, Sitting.id]
    page = paginate(session, statement, keys=keys, cursor=cursor, limit=limit, descending=True)
    return Page(_with_people(session, page.items), page.next_cursor)


def get_row(session: Session, sitting_id: UUID, visible: ColumnElement[bool]) -> SittingRow:
    """Return a sitting that the asker may see; raise NotFound."""
    statement = (
        select(Sitting)
        .join(DirectoryPerson, DirectoryPerson.id == Sitting.person_id)
        .where(Sitting.id == sitting_id, visible)
    )
    found = session.scalar(statement)
    if found is None:
        raise NotFound(N_("There is no such sitting"))
    return _with_people(session, [found])[0]


def _with_people(session: Session, sittings: Sequence[Sitting]) -> list[SittingRow]:
    statement = (
        select(Sitting.id, DirectoryPerson, Course)
        .join(DirectoryPerson, DirectoryPerson.id == Sitting.person_id)
        .join(Assignment, Assignment.id == Sitting.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .where(Sitting.id.in_([one.id for one in sittings]))
    )
    known = {sitting_id: (person, course) for sitting_id, person, course in session.execute(statement)}
    return [SittingRow(one, *known[one.id]) for one in sittings]
