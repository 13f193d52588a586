"""The demo company's question bank, and how it was sat so far: enough for figures that say something."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from services.training.analysis.models import QuestionMark
from services.training.assignments.models import Assignment
from services.training.attempts.models import Attempt, PartProgress
from services.training.courses.models import CourseVersion
from services.training.interchange.rules import read_rows
from services.training.parts.rules import AssessmentPart, Blueprint, PartKind, find_part
from services.training.questions.commands import add_question, ensure_topic
from services.training.questions.queries import find_by_codes, revisions_of
from services.training.questions.rules import Poolable, QuestionBody, QuestionKind
from services.training.sittings.models import Sitting, SittingAnswer
from services.training.sittings.rules import (
    Drawn,
    Given,
    Graded,
    SittingStatus,
    digest,
    draw,
    drawn_to_json,
    grade,
    shares_of,
)
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.eventlog import Entry, append_many, row_state
from shared.messages.training import SittingAnswered, SittingStarted, SittingSubmitted
from shared.tabular import read_table

CONTENT = Path(__file__).parent / "content" / "questions.csv"
_TOPICS = {
    "anti-bribery": LocalizedText(zh="反商业贿赂", en="Anti-bribery"),
    "data-privacy": LocalizedText(zh="个人信息保护与隐私", en="Privacy and personal information"),
    "sales-process": LocalizedText(zh="销售流程与技巧", en="Sales process and skills"),
    "consumables": LocalizedText(zh="高值耗材", en="High-value consumables"),
    "equipment": LocalizedText(zh="大型设备", en="Capital equipment"),
    "ivd": LocalizedText(zh="体外诊断", en="In-vitro diagnostics"),
}
# The latest so many assessments are told answer by answer, however large the company is.
_TOLD = 1_000
# Of those who passed, so many had to sit twice.
_TWICE = 0.3
_ROWS_AT_ONCE = 5_000
Row = dict[str, Any]


def load_bank(uow: UnitOfWork, *, now: datetime) -> None:
    """Put the questions of `content/questions.csv` into the bank, before courses that draw from it are published."""
    entries = read_rows(read_table(CONTENT.read_bytes(), CONTENT.name))
    topics = {
        code: ensure_topic(uow, code=code, title=title, actor=SYSTEM, now=now)
        for code, title in _TOPICS.items()
    }
    there = find_by_codes(uow.session, [one.code for one in entries])
    for one in entries:
        assert one.body is not None, one.problems
        if one.code not in there:
            add_question(uow, topics[one.topic_code], one.body, code=one.code, actor=SYSTEM, now=now)


def load_sittings(database: Database, company: DemoCompany) -> None:
    """Tell how the assessments that were passed lately were sat: what was drawn, answered and graded."""
    with database.write() as uow:
        statement = (
            select(PartProgress, Attempt, Assignment.person_id)
            .join(Attempt, Attempt.id == PartProgress.attempt_id)
            .join(Assignment, Assignment.id == Attempt.assignment_id)
            .where(PartProgress.kind == PartKind.ASSESSMENT, PartProgress.met_at.is_not(None))
            .order_by(PartProgress.met_at.desc(), Assignment.person_id, PartProgress.part_id)
            .limit(_TOLD)
        )
        papers, told = _Papers(uow.session), _Told()
        for number, (progress, attempt, person_id) in enumerate(uow.session.execute(statement)):
            chance = company.random("sittings", number)
            _tell(told, papers, progress, attempt, person_id, chance)
        told.write(uow)


@dataclass(frozen=True)
class _Question:
    topic_id: UUID
    question_id: UUID
    body: QuestionBody
    # Between 0 and 1: how likely it is to be among those that somebody got wrong.
    hardness: float


class _Papers:
    """What each version's assessment may ask, read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[UUID, str], tuple[Blueprint, dict[UUID, _Question]]] = {}

    def of(self, version_id: UUID, part_id: str) -> tuple[Blueprint, dict[UUID, _Question]]:
        """Return an assessment's blueprint and the questions of its pool, by revision."""
        key = (version_id, part_id)
        if key not in self._known:
            version = self._session.get_one(CourseVersion, version_id)
            part = find_part(version.content.parts, part_id)
            assert isinstance(part, AssessmentPart)
            found = revisions_of(self._session, part.blueprint.pool)
            pool = {
                one: _Question(topic.id, question.id, revision.body, _hardness(question.code))
                for one, (revision, question, topic) in found.items()
            }
            self._known[key] = (part.blueprint, pool)
        return self._known[key]


@dataclass
class _Told:
    """Rows and events, to be written together."""

    rows: dict[Any, list[Row]] = field(default_factory=lambda: {Sitting: [], SittingAnswer: []})
    marks: list[Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def add(self, model: Any, row: Row, person_id: UUID, *told: tuple[Any, datetime]) -> None:
        """Keep a row with its events; the last one vouches for it."""
        subject = f"{model.__audit_kind__}/{row['id']}"
        entries = [Entry(said, subject, SYSTEM.actor, at, person_id=person_id) for said, at in told]
        row["last_event_id"] = entries[-1].id
        entries[-1] = replace(entries[-1], state=row_state(model, row))
        self.rows[model].append(row)
        self.entries += entries

    def write(self, uow: UnitOfWork) -> None:
        """Write everything, the events in the order of time."""
        connection = uow.session.connection()
        for model, rows in (*self.rows.items(), (QuestionMark, self.marks)):
            for first in range(0, len(rows), _ROWS_AT_ONCE):
                connection.execute(insert(model.__table__), rows[first : first + _ROWS_AT_ONCE])
        append_many(connection, sorted(self.entries, key=lambda one: one.recorded_at))


def _tell(
    told: _Told, papers: _Papers, progress: PartProgress, attempt: Attempt, person_id: UUID, chance: Random
) -> None:
    """Tell of the sitting that met the part and, now and then, of one before it that did not."""
    assert progress.met_at is not None
    assert progress.score is not None
    blueprint, pool = papers.of(attempt.version_id, progress.part_id)
    count = sum(one.count for one in blueprint.draws)
    began, ended, number = progress.begun_at, progress.met_at, 1
    if chance.random() < _TWICE:
        middle = began + (ended - began) / 2
        enough = -(-blueprint.pass_mark * count // 100)
        right = chance.randrange(count // 4, max(enough, count // 4 + 1))
        sat = _Sat(new_id(), attempt, person_id, progress.part_id, 1, began, middle)
        _tell_one(told, sat, blueprint, pool, right, chance)
        began, number = middle, 2
    sat = _Sat(UUID(progress.reference), attempt, person_id, progress.part_id, number, began, ended)
    _tell_one(told, sat, blueprint, pool, -(-progress.score * count // 100), chance)


@dataclass(frozen=True)
class _Sat:
    id: UUID
    attempt: Attempt
    person_id: UUID
    part_id: str
    number: int
    began: datetime
    ended: datetime


def _tell_one(
    told: _Told,
    sat: _Sat,
    blueprint: Blueprint,
    pool: dict[UUID, _Question],
    right: int,
    chance: Random,
) -> None:
    seed = chance.getrandbits(62)
    poolable = [Poolable(one, question.topic_id) for one, question in pool.items()]
    drawn = draw(seed, blueprint, poolable, {one: question.body for one, question in pool.items()})
    given = list(_answers(drawn, pool, right, chance))
    graded = grade(
        blueprint.pass_mark,
        [(pool[one.revision_id].body, one, answer) for one, answer in zip(drawn, given, strict=True)],
    )
    row = _sitting_row(sat, blueprint, seed, drawn, graded)
    ids = (sat.id, sat.attempt.assignment_id)
    started = SittingStarted(*ids, sat.attempt.id, sat.part_id, sat.number, digest(row["questions"]), None)
    submitted = SittingSubmitted(*ids, row["status"], graded.score, False, digest(given))
    told.add(Sitting, row, sat.person_id, (started, sat.began), (submitted, sat.ended))
    _tell_answers(told, sat, given)
    _tell_marks(told, sat, drawn, graded, pool)


def _sitting_row(sat: _Sat, blueprint: Blueprint, seed: int, drawn: tuple[Drawn, ...], graded: Graded) -> Row:
    return {
        "id": sat.id,
        "assignment_id": sat.attempt.assignment_id,
        "attempt_id": sat.attempt.id,
        "version_id": sat.attempt.version_id,
        "person_id": sat.person_id,
        "part_id": sat.part_id,
        "number": sat.number,
        "status": SittingStatus.PASSED if graded.passed else SittingStatus.FAILED,
        "seed": seed,
        "questions": drawn_to_json(drawn),
        "pass_mark": blueprint.pass_mark,
        "started_at": sat.began,
        "deadline_at": None,
        "ended_at": sat.ended,
        "timed_out": False,
        "score": graded.score,
        "void_reason": None,
        "version": 2,
    }


def _tell_marks(
    told: _Told, sat: _Sat, drawn: tuple[Drawn, ...], graded: Graded, pool: dict[UUID, _Question]
) -> None:
    for place, (one, mark, (share, rest)) in enumerate(
        zip(drawn, graded.marks, shares_of(graded.marks), strict=True), start=1
    ):
        question = pool[one.revision_id]
        told.marks.append(
            {
                "sitting_id": sat.id,
                "place": place,
                "topic_id": question.topic_id,
                "question_id": question.question_id,
                "revision_id": one.revision_id,
                "answered": mark.answered,
                "share": share,
                "rest": rest,
                "chosen": mark.chosen,
                "typed": mark.typed,
                "marked_at": sat.ended,
            }
        )


def _tell_answers(told: _Told, sat: _Sat, given: list[Given]) -> None:
    for place, answer in enumerate(given, start=1):
        at = sat.began + (sat.ended - sat.began) * place / (len(given) + 1)
        row: Row = {
            "id": new_id(),
            "sitting_id": sat.id,
            "place": place,
            "given": answer,
            "saved_at": at,
            "sequence": 1,
        }
        answered = SittingAnswered(sat.id, place, 1, digest(answer))
        told.add(SittingAnswer, row, sat.person_id, (answered, at))


def _answers(
    drawn: tuple[Drawn, ...], pool: dict[UUID, _Question], right: int, chance: Random
) -> Iterator[Given]:
    """Yield an answer a question: so many right, the hard ones more likely wrong."""

    def lot(place: int) -> float:
        return float(chance.random() ** (1 / pool[drawn[place].revision_id].hardness))

    by_luck = sorted(range(len(drawn)), key=lot)
    known = set(by_luck[:right])
    for place, one in enumerate(drawn):
        body = pool[one.revision_id].body
        yield _right(body, one.order) if place in known else _wrong(body, one.order, chance)


def _right(body: QuestionBody, order: tuple[int, ...]) -> Given:
    match body.kind:
        case QuestionKind.NUMERIC:
            return format(body.value, "f") if body.value is not None else ""
        case QuestionKind.SHORT_TEXT:
            return body.accepted[0]
        case QuestionKind.TRUE_FALSE:
            return list(body.right)
        case QuestionKind.ORDERING:
            return [order.index(option) for option in range(len(body.options))]
        case _:
            return sorted(order.index(option) for option in body.right)


def _wrong(body: QuestionBody, order: tuple[int, ...], chance: Random) -> Given:
    """Return an answer that earns nothing, as people give them."""
    match body.kind:
        case QuestionKind.NUMERIC:
            assert body.value is not None
            return format(body.value + (body.tolerance + 1) * chance.choice((1, 2, 10)), "f")
        case QuestionKind.SHORT_TEXT:
            return chance.choice(("折扣", "不清楚", "N/A"))
        case QuestionKind.TRUE_FALSE:
            return [1 - body.right[0]]
        case QuestionKind.ORDERING:
            places = [order.index(option) for option in range(len(body.options))]
            swapped = chance.randrange(len(places) - 1)
            places[swapped], places[swapped + 1] = places[swapped + 1], places[swapped]
            return places
        case _:
            others = [option for option in range(len(body.options)) if option not in body.right]
            # One wrong option draws more than the others: what distractors are for.
            favourite = others[0] if chance.random() < 0.5 else chance.choice(others)
            return [order.index(favourite)]


def _hardness(code: str) -> float:
    return 0.05 + 0.95 * hashlib.sha256(code.encode()).digest()[0] / 255
