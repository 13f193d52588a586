"""Campaigns and the attestations they ask for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.messages.base import message


@message("compliance.campaign.drafted.v1")
@dataclass(frozen=True)
class CampaignDrafted:
    """A campaign was set up for a version of a policy."""

    policy_version_id: UUID


@message("compliance.campaign.opened.v1")
@dataclass(frozen=True)
class CampaignOpened:
    """The audience was frozen; `asked` people were asked to sign by `due_at`."""

    asked: int
    due_at: datetime


@message("compliance.campaign.closed.v1")
@dataclass(frozen=True)
class CampaignClosed:
    """Nobody joins any more; whoever has not signed still can."""

    signed: int
    declined: int
    outstanding: int


@message("compliance.attestation.requested.v1")
@dataclass(frozen=True)
class AttestationRequested:
    """Somebody was asked to sign."""

    campaign_id: UUID
    policy_version_id: UUID
    due_at: datetime


@message("compliance.attestation.viewed.v1")
@dataclass(frozen=True)
class AttestationViewed:
    """The whole text with this hash was shown to the person."""

    language: str
    text_sha256: str


@message("compliance.attestation.signed.v1")
@dataclass(frozen=True)
class AttestationSigned:
    """The person signed the text with this hash; `meaning` is what the signature says."""

    meaning: str
    language: str
    text_sha256: str


@message("compliance.attestation.declined.v1")
@dataclass(frozen=True)
class AttestationDeclined:
    """The person declined; why is for compliance alone."""


@message("compliance.attestation.superseded.v1")
@dataclass(frozen=True)
class AttestationSuperseded:
    """The request no longer stands: it was made again, or the person has left before it was due."""
