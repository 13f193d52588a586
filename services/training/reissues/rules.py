"""When a re-issue may be stopped and resumed, and which certificates it is about. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.core.canonical import to_plain
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_

MAX_NAMED = 500


class ReissueStatus(StrEnum):
    """Where a re-issue stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


class ReissueStep(StrEnum):
    """What may happen to it."""

    STOP = "stop"
    RESUME = "resume"
    FINISH = "finish"


STATUS_WORDS = {
    ReissueStatus.RUNNING: N_("Under way"),
    ReissueStatus.STOPPED: N_("Stopped"),
    ReissueStatus.FINISHED: N_("Finished"),
}
STEP_WORDS = {
    ReissueStep.STOP: N_("stop"),
    ReissueStep.RESUME: N_("resume"),
    ReissueStep.FINISH: N_("finish"),
}


def next_status(status: ReissueStatus, step: ReissueStep) -> ReissueStatus:
    """Return the status after `step`."""
    match (status, step):
        case (ReissueStatus.RUNNING, ReissueStep.STOP):
            return ReissueStatus.STOPPED
        case (ReissueStatus.STOPPED, ReissueStep.RESUME):
            return ReissueStatus.RUNNING
        case (ReissueStatus.RUNNING, ReissueStep.FINISH):
            return ReissueStatus.FINISHED
        case _:
            raise IllegalTransition(N_("The re-issue"), STATUS_WORDS[status], STEP_WORDS[step])


@dataclass(frozen=True)
class Chosen:
    """Which certificates: of a course, issued from one day to another, of certain people; None or empty: any."""

    course_id: UUID | None = None
    issued_from: date | None = None
    issued_until: date | None = None
    employee_numbers: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise InvalidInput when nothing can be chosen like this."""
        if self.issued_from and self.issued_until and self.issued_until < self.issued_from:
            late = N_("The last day is before the first.")
            raise InvalidInput(late, fields={"issued_until": [late]})
        if len(self.employee_numbers) > MAX_NAMED:
            many = N_("At most %(n)s people can be named; choose by course or days instead.", n=MAX_NAMED)
            raise InvalidInput(many, fields={"employee_numbers": [many]})

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Chosen":
        """Return what to_json wrote."""
        return cls(
            UUID(found["course_id"]) if found["course_id"] else None,
            date.fromisoformat(found["issued_from"]) if found["issued_from"] else None,
            date.fromisoformat(found["issued_until"]) if found["issued_until"] else None,
            tuple(found["employee_numbers"]),
        )
