"""When it is told that somebody has no mentor, and to whom. Pure."""

from collections.abc import Collection
from uuid import UUID

from services.training.reminders.rules import Stage

# Two weeks before the day on which what is learned with a mentor is due, and on that day.
STAGES = (Stage(-14), Stage(0))


def told(mentee_id: UUID, manager_id: UUID | None, trainers: Collection[UUID]) -> tuple[UUID, ...]:
    """Return who is told that the mentee has no mentor: their manager and the trainers, each once, never the mentee."""
    above = [] if manager_id is None else [manager_id]
    return tuple(dict.fromkeys(one for one in (*above, *trainers) if one != mentee_id))
