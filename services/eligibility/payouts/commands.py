"""What is done with a payout file: taken in whole, gated set-based, approved, exported, settled."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Subquery, insert, select, update
from sqlalchemy.orm import Session

from services.eligibility.bulk.queries import Question, select_masks, select_matched
from services.eligibility.decisions.rules import check_cutoff, last_instant
from services.eligibility.impediments.queries import known_now
from services.eligibility.payouts import queries
from services.eligibility.payouts.models import PayoutLine, PayoutRun
from services.eligibility.payouts.rules import (
    FIELDS,
    Line,
    PayoutFileRejected,
    Reading,
    RunStatus,
    add_up,
    check_approver,
    digest_of,
    next_status,
    read_lines,
)
from services.eligibility.policies.models import PolicyVersion
from services.eligibility.policies.queries import get_active
from shared.core.canonical import instant_text
from shared.core.errors import InvalidInput
from shared.core.ids import new_id, new_token
from shared.core.periods import Period
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.eligibility import (
    PayoutRunApproved,
    PayoutRunExported,
    PayoutRunGated,
    PayoutRunSettled,
    PayoutRunUploaded,
)
from shared.tabular import Table, match_columns, read_table

_BATCH = 10_000
INSTANT = timedelta(microseconds=1)


def upload_file(
    uow: UnitOfWork,
    data: bytes,
    filename: str,
    period: Period,
    *,
    cutoff: datetime | None = None,
    actor: Principal,
    now: datetime,
) -> tuple[PayoutRun, bool]:
    """Take in a payroll file; return its run and whether it is new: the same file for the same period is one run.

    Raises PayoutFileRejected with every bad row, InvalidInput for what is not a payout file, TooLarge, and
    Conflict for a cutoff before the period. Nothing is stored unless every line is sound.
    """
    at = check_cutoff(cutoff or last_instant(period), period)
    file_sha256 = hashlib.sha256(data).hexdigest()
    known = queries.find_same_file(uow.session, file_sha256, period.code)
    if known is not None:
        return known, False
    table, columns = _read(data, filename)
    numbers = [row.cells[columns["employee_no"]] for row in table.rows]
    reading = read_lines(table, columns, queries.read_roster(uow.session, numbers), period)
    if reading.errors:
        raise PayoutFileRejected(reading.errors)
    run = PayoutRun(
        id=new_id(), period=period.code, cutoff=at, status=RunStatus.UPLOADED, filename=filename[-200:],
        file_sha256=file_sha256, layout=_layout(table, columns), line_count=len(reading.lines),
        name_mismatches=reading.name_mismatches, totals=[], salt=new_token(), created_by=actor.actor,
        created_at=now,
    )  # fmt: skip
    uow.session.add(run)
    append(uow, PayoutRunUploaded(run.period, file_sha256, run.line_count), row=run, actor=actor, now=now)
    # The lines are inserted past the ORM, so the run that they point at must be there.
    uow.session.flush()
    _insert_lines(uow.session, run.id, reading)
    return run, True


def gate_run(uow: UnitOfWork, run: PayoutRun, *, actor: Principal, now: datetime) -> PayoutRun:
    """Decide every line under the policy in force, as known now. Raises NotFound without a policy,
    IllegalTransition once the run is approved."""
    status = next_status(run.status, "gate")
    version = get_active(uow.session)
    question = Question(version.policy, Period.parse(run.period), run.cutoff, known_now(uow.session))
    _decide_lines(uow.session, run.id, question)
    run.status, run.gated_at = status, now
    run.policy_version_id, run.policy_digest = version.id, version.digest
    run.known_at = dict(question.known_at)
    run.totals = [one.to_json() for one in add_up(queries.group_lines(uow.session, run.id))]
    run.facts_digest, run.decisions_digest = digest_run(uow.session, run, question)
    counts = queries.count_outcomes(run.totals)
    message = PayoutRunGated(
        period=run.period, cutoff=instant_text(run.cutoff), policy_digest=version.digest,
        known_at=run.known_at, facts_digest=run.facts_digest, decisions_digest=run.decisions_digest, **counts,
    )  # fmt: skip
    append(uow, message, row=run, actor=actor, now=now)
    return run


def approve_run(uow: UnitOfWork, run: PayoutRun, *, actor: Principal, now: datetime) -> PayoutRun:
    """Approve what somebody else uploaded. Raises Forbidden for the uploader, IllegalTransition."""
    status = next_status(run.status, "approve")
    check_approver(run.created_by, actor.actor)
    run.status, run.approved_by, run.approved_at = status, actor.actor, now
    append(uow, PayoutRunApproved(_decided(run)), row=run, actor=actor, now=now)
    return run


def export_run(uow: UnitOfWork, run: PayoutRun, *, actor: Principal, now: datetime) -> PayoutRun:
    """Let the gated file be handed on. Raises IllegalTransition before it is approved."""
    status = next_status(run.status, "export")
    run.status, run.exported_by, run.exported_at = status, actor.actor, now
    released = queries.count_outcomes(run.totals)["eligible"]
    append(uow, PayoutRunExported(_decided(run), released), row=run, actor=actor, now=now)
    return run


def settle_run(uow: UnitOfWork, run: PayoutRun, *, actor: Principal, now: datetime) -> PayoutRun:
    """Note that what was released has been paid. Raises IllegalTransition before it is exported."""
    status = next_status(run.status, "settle")
    run.status, run.settled_by, run.settled_at = status, actor.actor, now
    append(uow, PayoutRunSettled(_decided(run)), row=run, actor=actor, now=now)
    return run


def digest_run(session: Session, run: PayoutRun, question: Question) -> tuple[str, str]:
    """Return the digests of the facts that matched and of the decisions, in the order of positions and rows."""
    people = _people_of(run.id)
    facts = session.execute(select_matched(question, people).execution_options(yield_per=_BATCH))
    lines = session.execute(
        select(
            PayoutLine.row_number, PayoutLine.decision_id, PayoutLine.person_id, PayoutLine.currency,
            PayoutLine.amount_minor, PayoutLine.mask, PayoutLine.notices,
        )
        .where(PayoutLine.run_id == run.id)
        .order_by(PayoutLine.row_number)
        .execution_options(yield_per=_BATCH)
    )  # fmt: skip
    return (
        digest_of(run.salt, (f"{row.source}:{row.known_from}:{row.ordinal}" for row in facts)),
        digest_of(run.salt, ("|".join(str(cell) for cell in row) for row in lines)),
    )


def question_of(session: Session, run: PayoutRun) -> Question:
    """Return what a gated run asked, from what it stored: to ask it again."""
    version = session.get_one(PolicyVersion, run.policy_version_id)
    return Question(version.policy, Period.parse(run.period), run.cutoff, run.known_at or {})


def _decided(run: PayoutRun) -> str:
    assert run.decisions_digest is not None, "only a gated run comes here"
    return run.decisions_digest


def _read(data: bytes, filename: str) -> tuple[Table, dict[str, int]]:
    table = read_table(data, filename)
    columns = match_columns(table.headers, FIELDS)
    if not table.rows:
        message = N_("The file has headings and no rows")
        raise InvalidInput(message, fields={"file": [message]})
    return table, columns


def _layout(table: Table, columns: dict[str, int]) -> dict[str, object]:
    return {
        "headers": list(table.headers),
        "columns": columns,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
    }


def _insert_lines(session: Session, run_id: UUID, reading: Reading) -> None:
    for start in range(0, len(reading.lines), _BATCH):
        rows = [_row(run_id, line) for line in reading.lines[start : start + _BATCH]]
        session.connection().execute(insert(PayoutLine.__table__), rows)


def _row(run_id: UUID, line: Line) -> dict[str, object]:
    return {
        "run_id": run_id,
        "row_number": line.row_number,
        # Version 4, all random: nothing can be read out of it, not even when or in which order.
        "decision_id": uuid4(),
        "employee_no": line.employee_no,
        "person_id": line.person_id,
        "amount_minor": line.amount.minor,
        "currency": line.amount.currency,
        "cells": list(line.cells),
        "mask": None,
        "notices": None,
    }


def _people_of(run_id: UUID) -> Subquery:
    return select(PayoutLine.person_id).where(PayoutLine.run_id == run_id).subquery("people")


def _decide_lines(session: Session, run_id: UUID, question: Question) -> None:
    decided = select_masks(question, _people_of(run_id)).subquery("decided")
    session.execute(
        update(PayoutLine)
        .where(PayoutLine.run_id == run_id, PayoutLine.person_id == decided.c.person_id)
        .values(mask=decided.c.mask, notices=decided.c.notices),
        execution_options={"synchronize_session": False},
    )
