"""Policies and their versions: texts by their hashes."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("compliance.policy.created.v1")
@dataclass(frozen=True)
class PolicyCreated:
    """A policy document exists from now on."""

    code: str


@dataclass(frozen=True)
class _VersionText:
    document_id: UUID
    number: int
    zh_sha256: str
    en_sha256: str


@message("compliance.policy_version.drafted.v1")
@dataclass(frozen=True)
class PolicyVersionDrafted(_VersionText):
    """A version was begun with these texts."""


@message("compliance.policy_version.edited.v1")
@dataclass(frozen=True)
class PolicyVersionEdited(_VersionText):
    """The texts of a version that is not yet in review were replaced."""


@message("compliance.policy_version.submitted.v1")
@dataclass(frozen=True)
class PolicyVersionSubmitted(_VersionText):
    """A version was put forward for approval."""


@message("compliance.policy_version.returned.v1")
@dataclass(frozen=True)
class PolicyVersionReturned(_VersionText):
    """The reviewer asks for changes."""


@message("compliance.policy_version.approved.v1")
@dataclass(frozen=True)
class PolicyVersionApproved(_VersionText):
    """A second person approved exactly these texts."""


@message("compliance.policy_version.published.v1")
@dataclass(frozen=True)
class PolicyVersionPublished(_VersionText):
    """The version is in force."""


@message("compliance.policy_version.superseded.v1")
@dataclass(frozen=True)
class PolicyVersionSuperseded(_VersionText):
    """A later version took its place."""
