"""The rows of an attempt that went well, part by part, with what the log says of each."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.training.acknowledgements.models import Acknowledgement
from services.training.acknowledgements.rules import MEANING, shown_digest
from services.training.attempts.models import Attempt, PartProgress
from services.training.attempts.rules import AttemptStatus
from services.training.courses.models import CourseVersion
from services.training.courses.rules import count_pages
from services.training.parts.rules import AcknowledgementPart, Part, PartKind, parts_from_json
from shared.core.ids import new_id
from shared.messages.training import (
    AcknowledgementSigned,
    AttemptEnded,
    AttemptLaunched,
    PartMet,
    PartPagesShown,
)

Row = dict[str, Any]
Told = list[tuple[Any, datetime]]


def attempt_rows(
    assignment: Row, version: CourseVersion, name: str, score: int | None
) -> Iterator[tuple[Any, Row, Told]]:
    """Yield each row of the attempt by which an assignment was completed, with its model and its events."""
    began, ended = assignment["started_at"], assignment["ended_at"]
    outcome = AttemptStatus.PASSED if score is not None else AttemptStatus.COMPLETED
    attempt_id, parts = new_id(), _parts(version)
    row = {
        "id": attempt_id,
        "assignment_id": assignment["id"],
        "version_id": version.id,
        "number": 1,
        "status": outcome,
        "launched_at": began,
        "ended_at": ended,
        "score": score,
        "version": 1,
    }
    told: Told = [
        (AttemptLaunched(attempt_id, assignment["id"], version.id), began),
        (AttemptEnded(attempt_id, assignment["id"], outcome, score), ended),
    ]
    yield Attempt, row, told
    for number, part in enumerate(parts, start=1):
        at = began + (ended - began) * number / len(parts)
        reference = part.id
        if isinstance(part, AcknowledgementPart):
            signed = _signature(parts, part, assignment, attempt_id, name, at)
            reference = str(signed[1]["id"])
            yield signed
        elif part.kind is PartKind.ASSESSMENT:
            reference = str(new_id())
        yield _progress(part, attempt_id, reference, score, began + (at - began) / 2, at)


def _progress(
    part: Part, attempt_id: Any, reference: str, score: int | None, begun_at: datetime, at: datetime
) -> tuple[Any, Row, Told]:
    pages = _pages(part)
    earned = score if part.kind is PartKind.ASSESSMENT else None
    row = {
        "id": new_id(),
        "attempt_id": attempt_id,
        "part_id": part.id,
        "kind": part.kind,
        "begun_at": begun_at,
        "pages": pages,
        "met_at": at,
        "reference": reference,
        "score": earned,
        "version": 1,
    }
    told: Told = [(PartPagesShown(attempt_id, part.id, pages), begun_at)] if pages else []
    return PartProgress, row, [*told, (PartMet(attempt_id, part.id, part.kind, reference, earned), at)]


def _signature(
    parts: tuple[Part, ...],
    part: AcknowledgementPart,
    assignment: Row,
    attempt_id: Any,
    name: str,
    at: datetime,
) -> tuple[Any, Row, Told]:
    digest = _digest(parts, part)
    row = {
        "id": new_id(),
        "attempt_id": attempt_id,
        "part_id": part.id,
        "person_id": assignment["person_id"],
        "printed_name": name,
        "meaning": MEANING,
        "statement": part.statement.zh,
        "language": "zh",
        "content_sha256": bytes.fromhex(digest),
        "confirmed_at": at,
        "signed_at": at,
    }
    told = AcknowledgementSigned(row["id"], attempt_id, part.id, MEANING, "zh", digest, at)
    return Acknowledgement, row, [(told, at)]


# Everybody of a company takes the same few versions: they are read, split and digested once.
_READ: dict[Any, tuple[Part, ...]] = {}


def _parts(version: CourseVersion) -> tuple[Part, ...]:
    if version.id not in _READ:
        _READ[version.id] = parts_from_json(version.parts)
    return _READ[version.id]


@lru_cache(maxsize=64)
def _pages(part: Part) -> int:
    return count_pages(part, "zh")


@lru_cache(maxsize=64)
def _digest(parts: tuple[Part, ...], part: AcknowledgementPart) -> str:
    return shown_digest(parts, part, "zh")
