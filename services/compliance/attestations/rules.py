"""Who is asked to sign by when, what a signature needs, and what a late one does to standing."""

import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.compliance.standing.rules import interval_from
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.intervals import Interval
from shared.core.text import LOCALES, N_, Message
from shared.core.zones import end_of_day, local_date


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _CAMPAIGN_LABELS[self]


class CampaignStep(StrEnum):
    """What may be done with a campaign."""

    OPEN = "open"
    CLOSE = "close"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _CAMPAIGN_STEP_LABELS[self]


class AttestationStatus(StrEnum):
    """Where one person's attestation stands; overdue is not a status, it follows from the time."""

    REQUESTED = "requested"
    VIEWED = "viewed"
    SIGNED = "signed"
    DECLINED = "declined"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _ATTESTATION_LABELS[self]

    @property
    def is_waiting(self) -> bool:
        """Whether the person has neither signed nor declined."""
        return self in WAITING


# How far ahead the day by which to sign may lie.
_MOST_DAYS = 366
WAITING = (AttestationStatus.REQUESTED, AttestationStatus.VIEWED)


class AttestationStep(StrEnum):
    """What may be done with an attestation: the first three by the person alone."""

    VIEW = "view"
    SIGN = "sign"
    DECLINE = "decline"
    ASK_AGAIN = "ask_again"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _STEP_LABELS[self]


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50(a)(3)); the sentence itself is `label`."""

    READ_AND_WILL_FOLLOW = "read_and_will_follow"

    @property
    def label(self) -> Message:
        """The sentence that stands above the signature."""
        return _MEANINGS[self]


_CAMPAIGN_LABELS = {
    CampaignStatus.DRAFT: N_("Draft"),
    CampaignStatus.OPEN: N_("Open"),
    CampaignStatus.CLOSED: N_("Closed"),
}
_ATTESTATION_LABELS = {
    AttestationStatus.REQUESTED: N_("Not opened yet"),
    AttestationStatus.VIEWED: N_("Opened, not signed"),
    AttestationStatus.SIGNED: N_("Signed"),
    AttestationStatus.DECLINED: N_("Declined"),
    AttestationStatus.SUPERSEDED: N_("No longer asked for"),
}
_CAMPAIGN_STEP_LABELS = {
    CampaignStep.OPEN: N_("Open the campaign"),
    CampaignStep.CLOSE: N_("Close the campaign"),
}
_STEP_LABELS = {
    AttestationStep.VIEW: N_("Read"),
    AttestationStep.SIGN: N_("Sign"),
    AttestationStep.DECLINE: N_("Decline"),
    AttestationStep.ASK_AGAIN: N_("Ask again"),
    AttestationStep.WITHDRAW: N_("No longer ask"),
}
_MEANINGS = {
    Meaning.READ_AND_WILL_FOLLOW: N_("I have read and understood this text in full, and I will follow it."),
}


def next_campaign_status(status: CampaignStatus, step: CampaignStep) -> CampaignStatus:
    """Return the status after `step`; raise IllegalTransition for a step that `status` does not allow."""
    match status, step:
        case CampaignStatus.DRAFT, CampaignStep.OPEN:
            return CampaignStatus.OPEN
        case CampaignStatus.OPEN, CampaignStep.CLOSE:
            return CampaignStatus.CLOSED
        case _:
            raise IllegalTransition(N_("The campaign"), status.label, step.label)


def next_status(status: AttestationStatus, step: AttestationStep) -> AttestationStatus:
    """Return the status after `step`; raise IllegalTransition for a step that `status` does not allow."""
    match status, step:
        case AttestationStatus.REQUESTED, AttestationStep.VIEW:
            return AttestationStatus.VIEWED
        case AttestationStatus.VIEWED, AttestationStep.VIEW:
            return AttestationStatus.VIEWED
        case AttestationStatus.VIEWED, AttestationStep.SIGN:
            return AttestationStatus.SIGNED
        case AttestationStatus.VIEWED, AttestationStep.DECLINE:
            return AttestationStatus.DECLINED
        case AttestationStatus.DECLINED, AttestationStep.ASK_AGAIN:
            return AttestationStatus.SUPERSEDED
        case AttestationStatus.REQUESTED | AttestationStatus.VIEWED, AttestationStep.WITHDRAW:
            return AttestationStatus.SUPERSEDED
        case _:
            raise IllegalTransition(N_("The attestation"), status.label, step.label)


def check_due(due_on: date, now: datetime) -> datetime:
    """Return the instant from which it is overdue; raise InvalidInput for a day past or over a year away."""
    today = local_date(now)
    if not today <= due_on <= today + timedelta(days=_MOST_DAYS):
        raise InvalidInput(
            N_("Nobody can be asked to sign by that day"),
            fields={"due_on": [N_("Choose a day from today to a year from today.")]},
        )
    return end_of_day(due_on)


def joiner_due(hired_on: date, told_at: datetime, days: int) -> datetime:
    """Return by when somebody hired after the opening must sign: `days` days from their first day.

    When the roster hears of them late, the days count from then: nobody is overdue before being asked.
    """
    return end_of_day(max(hired_on, local_date(told_at)) + timedelta(days=days))


def impeded(due_at: datetime, signed_at: datetime | None) -> list[Interval]:
    """Return when the person is in default: from the due instant, known ahead, until they sign."""
    return interval_from(due_at, signed_at)


def check_shown(language: str, text_sha256: str, expected: dict[str, str], shown: str | None) -> None:
    """Raise unless `text_sha256` is the hash of the text in `language` and of what was `shown` last."""
    if language not in LOCALES:
        raise InvalidInput(
            N_("The text exists in Chinese and English"),
            fields={"language": [N_("Not one of the possible values.")]},
        )
    if expected[language] != text_sha256 or shown != text_sha256:
        raise Conflict(N_("The text shown is not the text to be signed; open it again and read it"))


def check_printed_name(printed: str, name: str) -> str:
    """Return the name as typed; raise Conflict unless it is the person's own (width, case, spaces aside)."""
    if _folded(printed) != _folded(name):
        raise Conflict(
            N_("The name typed is not the name on the roster"),
            fields={"printed_name": [N_("Type your full name as it stands on the roster.")]},
        )
    return " ".join(printed.split())


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
