"""Sitting an assessment: draw, save each answer, grade once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select

from services.training.analysis.models import QuestionMark
from services.training.assignments.models import Assignment
from services.training.attempts.commands import satisfy_part, start_attempt
from services.training.attempts.models import Attempt
from services.training.attempts.queries import in_full
from services.training.enrolment.commands import Completion
from services.training.parts.rules import AssessmentPart, PartKind
from services.training.sittings.models import Sitting, SittingAnswer
from services.training.sittings.queries import (
    Asked,
    as_assessment,
    asked_in,
    find_started,
    list_of_part,
    list_over,
    lock_sitting,
    pool_of,
)
from services.training.sittings.rules import (
    Given,
    Graded,
    SittingStatus,
    SittingStep,
    check_given,
    check_may_begin,
    deadline_of,
    digest,
    draw,
    drawn_to_json,
    grade,
    is_over,
    next_status,
    shares_of,
)
from shared.core.errors import Conflict, NotFound
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import append
from shared.messages.training import SittingAnswered, SittingStarted, SittingSubmitted, SittingVoided


@dataclass(frozen=True)
class Result:
    """What came of a sitting; `completion` is None unless it completed the assignment."""

    graded: Graded
    completion: Completion | None


class AnsweredElsewhere(Conflict):
    """Another page of the same person answered the question meanwhile; that answer stands."""

    type = "answered-elsewhere"


class TimeOver(Conflict):
    """The answer came after the deadline, and the grace after it."""

    type = "time-over"


def start_sitting(
    uow: UnitOfWork, assignment: Assignment, part_id: str, *, actor: Principal, now: datetime
) -> Sitting:
    """Draw the questions of a new sitting, or go on with the one under way.

    Raises NotFound for a part that is no assessment, Conflict when parts before it are not met, it is met, no
    goes are left or the waiting time is not over, IllegalTransition when the assignment has ended.
    """
    started = find_started(uow.session, assignment.id, part_id)
    if started is not None:
        if not is_over(started.deadline_at, now):
            return started
        grade_sitting(uow, started, actor=SYSTEM, now=now)
    attempt = start_attempt(uow, assignment, actor=actor, now=now)
    under_way = in_full(uow.session, attempt)
    part = as_assessment(under_way.part(part_id))
    under_way.reach(part_id)
    if part_id in under_way.met:
        raise Conflict(N_("You have passed this assessment already"))
    earlier = list_of_part(uow.session, assignment.id, part_id)
    check_may_begin(part.blueprint, [one.before for one in earlier], now)
    number = earlier[0].number + 1 if earlier else 1
    sitting = _drawn(uow, attempt, assignment.person_id, part, number, now)
    uow.session.add(sitting)
    begun = SittingStarted(
        sitting.id,
        assignment.id,
        attempt.id,
        part_id,
        sitting.number,
        digest(sitting.questions),
        sitting.deadline_at,
    )
    append(uow, begun, row=sitting, actor=actor, now=now, person_id=assignment.person_id)
    return sitting


def save_answer(
    uow: UnitOfWork,
    sitting: Sitting,
    place: int,
    given: Given,
    *,
    seen: int,
    actor: Principal,
    now: datetime,
) -> int:
    """Keep an answer as it was given, and return its sequence; the same again changes nothing.

    `seen` is the sequence of the answer that this one replaces, 0 for none: when another has come between, that
    one stands and AnsweredElsewhere is raised. Raises TimeOver, IllegalTransition once it is graded, NotFound
    for a place that is none, InvalidInput for what does not fit the question.
    """
    lock_sitting(uow.session, sitting, to_grade=False)
    next_status(sitting.status, SittingStep.ANSWER)
    if is_over(sitting.deadline_at, now):
        raise TimeOver(N_("The time is over; this answer came too late"))
    asked = asked_in(uow.session, sitting)
    if not 1 <= place <= len(asked):
        raise NotFound(N_("There is no such question"))
    check_given(asked[place - 1].body, given)
    answer = asked[place - 1].answer
    if answer is not None and answer.given == given:
        return answer.sequence
    if answer is None and not given:
        return 0
    if seen != (answer.sequence if answer is not None else 0):
        raise AnsweredElsewhere(N_("This question was answered on another page meanwhile"))
    if answer is None:
        answer = SittingAnswer(id=new_id(), sitting_id=sitting.id, place=place)
        uow.session.add(answer)
    answer.given = given
    answer.saved_at = now
    answered = SittingAnswered(sitting.id, place, seen + 1, digest(given))
    append(uow, answered, row=answer, actor=actor, now=now, person_id=sitting.person_id)
    return seen + 1


def grade_sitting(uow: UnitOfWork, sitting: Sitting, *, actor: Principal, now: datetime) -> Result:
    """Grade what was saved, once; when it is enough, the part is met, with all that follows.

    Handed in after its deadline, or not at all, it ends at its deadline. Raises IllegalTransition when it was
    graded before.
    """
    lock_sitting(uow.session, sitting, to_grade=True)
    next_status(sitting.status, SittingStep.FAIL)
    asked = asked_in(uow.session, sitting)
    graded = grade(sitting.pass_mark, [(one.body, one.drawn, one.given) for one in asked])
    timed_out = sitting.deadline_at is not None and now >= sitting.deadline_at
    failed = SittingStep.EXPIRE if timed_out else SittingStep.FAIL
    sitting.status = next_status(sitting.status, SittingStep.PASS if graded.passed else failed)
    sitting.ended_at = sitting.deadline_at if timed_out else now
    sitting.timed_out = timed_out
    sitting.score = graded.score
    submitted = SittingSubmitted(
        sitting.id,
        sitting.assignment_id,
        sitting.status,
        graded.score,
        timed_out,
        digest([one.given for one in asked]),
    )
    append(uow, submitted, row=sitting, actor=actor, now=now, person_id=sitting.person_id)
    uow.session.execute(insert(QuestionMark), marks_of(sitting.id, asked, graded, now))
    completion = _satisfy(uow, sitting, graded, actor, now) if graded.passed else None
    return Result(graded, completion)


def settle_if_over(database: Database, assignment_id: UUID, part_id: str, *, now: datetime) -> bool:
    """Grade the sitting under way when its time is over; say whether it was. Opens a unit of work only then."""
    with database.read() as uow:
        found = find_started(uow.session, assignment_id, part_id)
        if found is None or not is_over(found.deadline_at, now):
            return False
        sitting_id = found.id
    return settle(database, sitting_id, now=now)


def settle_all(database: Database, *, now: datetime) -> int:
    """Grade every sitting whose time is over, each in a transaction of its own; return how many there were."""
    total = 0
    while True:
        with database.read() as uow:
            over = list_over(uow.session, now)
        if not over:
            return total
        total += sum(settle(database, one, now=now) for one in over)


def settle(database: Database, sitting_id: UUID, *, now: datetime) -> bool:
    """Grade one sitting whose time is over, unless somebody else has done so meanwhile; say whether it was done."""
    with database.write() as uow:
        found = uow.session.get_one(Sitting, sitting_id)
        lock_sitting(uow.session, found, to_grade=True)
        if found.status is not SittingStatus.STARTED:
            return False
        grade_sitting(uow, found, actor=SYSTEM, now=now)
    return True


def void_sitting(uow: UnitOfWork, sitting: Sitting, *, reason: str, actor: Principal, now: datetime) -> None:
    """Let a sitting that was not passed count for nothing: it can be taken again, and no figures rest on it.

    Raises IllegalTransition for one that was passed or is under way.
    """
    sitting.status = next_status(sitting.status, SittingStep.VOID)
    sitting.void_reason = reason
    voided = SittingVoided(sitting.id, sitting.assignment_id)
    append(uow, voided, row=sitting, actor=actor, now=now, person_id=sitting.person_id)
    uow.session.execute(delete(QuestionMark).where(QuestionMark.sitting_id == sitting.id))


def marks_of(
    sitting_id: UUID, asked: Sequence[Asked], graded: Graded, now: datetime
) -> list[dict[str, object]]:
    """Return the rows from which questions are analysed: each with what the rest of the sitting earned."""
    return [
        {
            "sitting_id": sitting_id,
            "place": one.place,
            "topic_id": one.topic.id,
            "question_id": one.question.id,
            "revision_id": one.revision.id,
            "answered": mark.answered,
            "share": share,
            "rest": rest,
            "chosen": mark.chosen,
            "typed": mark.typed,
            "marked_at": now,
        }
        for one, mark, (share, rest) in zip(asked, graded.marks, shares_of(graded.marks), strict=True)
    ]


def _drawn(
    uow: UnitOfWork, attempt: Attempt, person_id: UUID, part: AssessmentPart, number: int, now: datetime
) -> Sitting:
    """Return a new sitting with its questions drawn; its number for the drawing comes from the system's secrets."""
    seed = secrets.randbits(62)
    drawn = draw(seed, part.blueprint, *pool_of(uow.session, part.blueprint.pool))
    return Sitting(
        id=new_id(),
        assignment_id=attempt.assignment_id,
        attempt_id=attempt.id,
        version_id=attempt.version_id,
        person_id=person_id,
        part_id=part.id,
        number=number,
        status=SittingStatus.STARTED,
        seed=seed,
        questions=drawn_to_json(drawn),
        pass_mark=part.blueprint.pass_mark,
        started_at=now,
        deadline_at=deadline_of(part.blueprint, now),
        timed_out=False,
    )


def _satisfy(
    uow: UnitOfWork, sitting: Sitting, graded: Graded, actor: Principal, now: datetime
) -> Completion | None:
    course_id = uow.session.scalars(
        select(Assignment.course_id).where(Assignment.id == sitting.assignment_id)
    ).one()
    return satisfy_part(
        uow,
        sitting.person_id,
        course_id,
        PartKind.ASSESSMENT,
        str(sitting.id),
        score=graded.score,
        actor=actor,
        now=now,
        part_id=sitting.part_id,
    )
