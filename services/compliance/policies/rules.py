"""How a policy version comes to be in force, and by which hash its text is known."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from shared.core.canonical import canonical_json
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_, LocalizedText, Message


class VersionStatus(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _LABELS[self]

    @property
    def is_editable(self) -> bool:
        """Whether its text may still be changed."""
        return self in (VersionStatus.DRAFT, VersionStatus.CHANGES_REQUESTED)


_LABELS = {
    VersionStatus.DRAFT: N_("Draft"),
    VersionStatus.IN_REVIEW: N_("In review"),
    VersionStatus.CHANGES_REQUESTED: N_("Changes requested"),
    VersionStatus.APPROVED: N_("Approved"),
    VersionStatus.PUBLISHED: N_("In force"),
    VersionStatus.SUPERSEDED: N_("Superseded"),
}


class VersionStep(StrEnum):
    """What may be done with a version."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _STEP_LABELS[self]


_STEP_LABELS = {
    VersionStep.EDIT: N_("Edit"),
    VersionStep.SUBMIT: N_("Put forward"),
    VersionStep.RETURN: N_("Return for changes"),
    VersionStep.APPROVE: N_("Approve"),
    VersionStep.PUBLISH: N_("Publish"),
    VersionStep.SUPERSEDE: N_("Supersede"),
}


def next_status(status: VersionStatus, step: VersionStep) -> VersionStatus:
    """Return the status after `step`; raise IllegalTransition for a step that `status` does not allow."""
    match status, step:
        case VersionStatus.DRAFT | VersionStatus.CHANGES_REQUESTED, VersionStep.EDIT:
            return status
        case VersionStatus.DRAFT | VersionStatus.CHANGES_REQUESTED, VersionStep.SUBMIT:
            return VersionStatus.IN_REVIEW
        case VersionStatus.IN_REVIEW, VersionStep.RETURN:
            return VersionStatus.CHANGES_REQUESTED
        case VersionStatus.IN_REVIEW, VersionStep.APPROVE:
            return VersionStatus.APPROVED
        case VersionStatus.APPROVED, VersionStep.PUBLISH:
            return VersionStatus.PUBLISHED
        case VersionStatus.PUBLISHED, VersionStep.SUPERSEDE:
            return VersionStatus.SUPERSEDED
        case _:
            raise IllegalTransition(N_("The version"), status.label, step.label)


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the exact text (UTF-8), as 64 hexadecimal digits: what was shown is known by it."""
    return hashlib.sha256(text.encode()).hexdigest()


def version_sha256(text: LocalizedText) -> str:
    """Return the SHA-256 of both texts together, for they are one document."""
    return hashlib.sha256(canonical_json(text)).hexdigest()


def clean_text(text: LocalizedText) -> LocalizedText:
    """Return the text as it is kept: Unix line ends, no space at the ends. Raises InvalidInput when one is empty."""
    cleaned = LocalizedText(zh=_clean(text.zh), en=_clean(text.en))
    missing = {
        name: [N_("Both languages are needed.")] for name in ("zh", "en") if not getattr(cleaned, name)
    }
    if missing:
        raise InvalidInput(N_("A policy is published in both languages"), fields=missing)
    return cleaned


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or a list of a policy's text."""

    kind: Literal["heading", "paragraph", "list"]
    lines: tuple[str, ...]


def blocks(text: str) -> Iterator[Block]:
    """Split a text for display: `## ` begins a heading, lines with `- ` are a list, blank lines separate."""
    for part in text.split("\n\n"):
        lines = tuple(line.strip() for line in part.split("\n") if line.strip())
        if not lines:
            continue
        if lines[0].startswith("## "):
            yield Block("heading", (lines[0].removeprefix("## "),))
            lines = lines[1:]
        if lines and all(line.startswith("- ") for line in lines):
            yield Block("list", tuple(line.removeprefix("- ") for line in lines))
        elif lines:
            yield Block("paragraph", lines)
