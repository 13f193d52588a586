"""Taking mentorships over from a file."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.training.mentoring.models import MentoringPlan, Mentorship
from services.training.mentoring.queries import list_plans
from services.training.mentoring.rules import MentorshipStatus, MentorshipStep, next_status
from services.training.pairfiles.queries import known_of_file, lock_people
from services.training.pairfiles.rules import COLUMNS, MOST_ROWS, Cells, Line, Outcome, Pair, read_lines
from services.training.permissions import visible_team
from shared.core.errors import InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import append
from shared.messages.training import MentorshipConfirmed, MentorshipProposed
from shared.tabular import match_columns, read_table


def read_file(
    uow: UnitOfWork, data: bytes, name: str, by: Principal, *, now: datetime, lock: bool = False
) -> list[Line]:
    """Read a file of mentorships and say what each line comes to; nothing is changed.

    `lock`: what it comes to stays so until the end of the transaction. Raises InvalidInput for what is no table or
    lacks a column, TooLarge for too many rows.
    """
    table = read_table(data, name, max_rows=MOST_ROWS)
    columns = match_columns(table.headers, COLUMNS)
    rows = [
        Cells(one.number, **{key: one.cells[place] for key, place in columns.items()}) for one in table.rows
    ]
    if not rows:
        message = N_("The file has no rows below its headings")
        raise InvalidInput(message, fields={"file": [message]})
    mentees, mentors = {one.mentee for one in rows}, {one.mentor for one in rows}
    if lock:
        lock_people(uow.session, mentors)
    today = local_date(now)
    team = visible_team(by, DirectoryPerson.id)
    return read_lines(rows, known_of_file(uow.session, mentees, mentors, team, today), today)


def apply_lines(uow: UnitOfWork, lines: Sequence[Line], *, by: Principal, now: datetime) -> int:
    """Let the new mentorships among lines that were just read begin; return how many.

    They were agreed on before the file was written, so nobody confirms them again; both events are in the log.
    """
    plans = {one.id: one for one in list_plans(uow.session)}
    pairs = [one.pair for one in lines if one.outcome is Outcome.NEW and one.pair is not None]
    made = [_propose(uow, pair, plans, by, now) for pair in pairs]
    uow.session.flush()  # That it has begun is another event about a row that is there.
    for mentorship, pair in zip(made, pairs, strict=True):
        mentorship.status = next_status(mentorship.status, MentorshipStep.CONFIRM)
        mentorship.started_on, mentorship.due_on = pair.started_on, pair.due_on
        begun = MentorshipConfirmed(mentorship.id)
        append(uow, begun, row=mentorship, actor=by, now=now, person_id=pair.mentee_id)
    return len(made)


def _propose(
    uow: UnitOfWork, pair: Pair, plans: dict[UUID, MentoringPlan], by: Principal, now: datetime
) -> Mentorship:
    plan, made_id = plans[pair.plan_id], new_id()
    mentorship = Mentorship(
        id=made_id,
        thread_id=made_id,
        mentee_id=pair.mentee_id,
        mentor_id=pair.mentor_id,
        plan_id=plan.id,
        course_id=plan.course_id,
        status=MentorshipStatus.PROPOSED,
        items=plan.items,
        proposed_at=now,
    )
    uow.session.add(mentorship)
    proposed = MentorshipProposed(made_id, pair.mentee_id, pair.mentor_id, plan.id, made_id)
    append(uow, proposed, row=mentorship, actor=by, now=now, person_id=pair.mentee_id)
    return mentorship
