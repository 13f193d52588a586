"""Careers."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.career_step.changed.v1")
@dataclass(frozen=True)
class CareerStepChanged:
    """A way from one position to another asks for this from now on; the digest is over its criteria."""

    step_id: UUID
    source: str
    target: str
    criteria_sha256: str


@message("training.career_step.ended.v1")
@dataclass(frozen=True)
class CareerStepEnded:
    """Nobody takes this step any more."""

    step_id: UUID


@message("training.career.signed_off.v1")
@dataclass(frozen=True)
class CareerSignedOff:
    """Somebody above said that a person is ready for a step; the words stay in training's own table."""

    sign_off_id: UUID
    person_id: UUID
    step_id: UUID


@message("training.career.sign_off_withdrawn.v1")
@dataclass(frozen=True)
class CareerSignOffWithdrawn:
    """It was taken back."""

    sign_off_id: UUID
    person_id: UUID


@message("training.promotion.requested.v1")
@dataclass(frozen=True)
class PromotionRequested:
    """A promotion was asked for; nobody has to decide yet."""

    request_id: UUID
    person_id: UUID
    step_id: UUID


@message("training.promotion.submitted.v1")
@dataclass(frozen=True)
class PromotionSubmitted:
    """All criteria were met; the digest is over the evidence as it was then."""

    request_id: UUID
    person_id: UUID
    step_id: UUID
    evidence_sha256: str


@message("training.promotion.decided.v1")
@dataclass(frozen=True)
class PromotionDecided:
    """Somebody else approved or rejected it."""

    request_id: UUID
    person_id: UUID
    step_id: UUID
    outcome: str


@message("training.promotion.withdrawn.v1")
@dataclass(frozen=True)
class PromotionWithdrawn:
    """It was taken back before it was decided."""

    request_id: UUID
    person_id: UUID
