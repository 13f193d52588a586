"""Open Badges that stand for certificates."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.badge.signed.v1")
@dataclass(frozen=True)
class BadgeSigned:
    """The credential for a certificate was made and signed; its place in the public status list."""

    badge_id: UUID
    certificate_id: UUID
    person_id: UUID
    list_number: int
    list_index: int
    token_sha256: str
    key_id: str
