"""Reading signatures."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.acknowledgements.models import Acknowledgement


def find_signature(session: Session, attempt_id: UUID, part_id: str) -> Acknowledgement | None:
    """Return the signature under a part of an attempt, or None."""
    return session.scalar(
        select(Acknowledgement).where(
            Acknowledgement.attempt_id == attempt_id, Acknowledgement.part_id == part_id
        )
    )
