"""Attempts and the parts that are gone through in them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.messages.base import message


@message("training.attempt.launched.v1")
@dataclass(frozen=True)
class AttemptLaunched:
    """An attempt at an assignment began, at this version of the course."""

    attempt_id: UUID
    assignment_id: UUID
    version_id: UUID


@message("training.attempt.ended.v1")
@dataclass(frozen=True)
class AttemptEnded:
    """Every part of its version is met; `outcome` is `completed`, or `passed` where something was asked."""

    attempt_id: UUID
    assignment_id: UUID
    outcome: str
    score: int | None


@message("training.part.pages_shown.v1")
@dataclass(frozen=True)
class PartPagesShown:
    """So many pages of a part, from its first, were shown and turned."""

    attempt_id: UUID
    part_id: str
    pages: int


@message("training.part.met.v1")
@dataclass(frozen=True)
class PartMet:
    """A part is done, by what `reference` names: a sitting, a session, an acknowledgement, or the part itself."""

    attempt_id: UUID
    part_id: str
    kind: str
    reference: str
    score: int | None


@message("training.part.withdrawn.v1")
@dataclass(frozen=True)
class PartWithdrawn:
    """What `reference` names does not meet the part after all: it is to be done."""

    attempt_id: UUID
    part_id: str
    reference: str


@message("training.attempt.reopened.v1")
@dataclass(frozen=True)
class AttemptReopened:
    """It goes on, because a part of it is not met after all; the others stay as they were done."""

    attempt_id: UUID
    assignment_id: UUID


@message("training.acknowledgement.signed.v1")
@dataclass(frozen=True)
class AcknowledgementSigned:
    """“Read and understood”, signed with the password; the digest is over exactly what was shown before."""

    acknowledgement_id: UUID
    attempt_id: UUID
    part_id: str
    meaning: str
    language: str
    content_sha256: str
    confirmed_at: datetime


@message("training.evidence.handed_in.v1")
@dataclass(frozen=True)
class EvidenceHandedIn:
    """A file was handed in for a part, known by its SHA-256."""

    evidence_id: UUID
    attempt_id: UUID
    part_id: str
    file_sha256: str


@message("training.evidence.accepted.v1")
@dataclass(frozen=True)
class EvidenceAccepted:
    """It meets the part."""

    evidence_id: UUID


@message("training.evidence.returned.v1")
@dataclass(frozen=True)
class EvidenceReturned:
    """It does not; the reason is kept with the evidence."""

    evidence_id: UUID
