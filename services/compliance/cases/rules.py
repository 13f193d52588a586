"""How a case moves, how long each status may take, and who may be on it."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.compliance.catalogue.rules import Severity
from services.compliance.signatories.rules import Signatory
from shared.core.errors import Conflict, IllegalTransition
from shared.core.text import N_, Message
from shared.core.zones import local_date


class CaseStatus(StrEnum):
    """Where a case stands, in the order of the board's columns."""

    TRIAGE = "triage"
    INVESTIGATION = "investigation"
    FINDINGS = "findings"
    DECISION = "decision"
    CLOSED = "closed"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _STATUS_LABELS[self]


class CaseStep(StrEnum):
    """What moves a case; CLOSE and REOPEN are taken by the `closing` capability."""

    INVESTIGATE = "investigate"
    FIND = "find"
    DECIDE = "decide"
    CLOSE = "close"
    REOPEN = "reopen"

    @property
    def label(self) -> Message:
        """What the button says."""
        return _STEP_LABELS[self]


class Outcome(StrEnum):
    """What a closed case has found."""

    SUBSTANTIATED = "substantiated"
    PARTLY = "partly"
    UNSUBSTANTIATED = "unsubstantiated"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _OUTCOME_LABELS[self]


class EntryKind(StrEnum):
    """What a line of a case's record tells of."""

    OPENED = "opened"
    NOTE = "note"
    INVESTIGATION = "investigation"
    FINDINGS = "findings"
    DECISION = "decision"
    OFFICER_ADDED = "officer_added"
    OFFICER_RECUSED = "officer_recused"
    SUBJECT_NAMED = "subject_named"
    HOLD_PROPOSED = "hold_proposed"
    HOLD_APPROVED = "hold_approved"
    HOLD_REFUSED = "hold_refused"
    HOLD_WITHDRAWN = "hold_withdrawn"
    HOLD_ENDING_PROPOSED = "hold_ending_proposed"
    HOLD_ENDED = "hold_ended"
    HOLD_KEPT = "hold_kept"
    SANCTION_PROPOSED = "sanction_proposed"
    SANCTION_APPROVED = "sanction_approved"
    SANCTION_REFUSED = "sanction_refused"
    SANCTION_WITHDRAWN = "sanction_withdrawn"
    CLOSED = "closed"
    REOPENED = "reopened"

    @property
    def label(self) -> Message:
        """What the timeline says."""
        return _ENTRY_LABELS[self]


_STATUS_LABELS = {
    CaseStatus.TRIAGE: N_("Triage"),
    CaseStatus.INVESTIGATION: N_("Investigation"),
    CaseStatus.FINDINGS: N_("Findings"),
    CaseStatus.DECISION: N_("Decision"),
    CaseStatus.CLOSED: N_("Closed"),
}
_STEP_LABELS = {
    CaseStep.INVESTIGATE: N_("Begin the investigation"),
    CaseStep.FIND: N_("Go on to findings"),
    CaseStep.DECIDE: N_("Go on to the decision"),
    CaseStep.CLOSE: N_("Close the case"),
    CaseStep.REOPEN: N_("Reopen the case"),
}
_OUTCOME_LABELS = {
    Outcome.SUBSTANTIATED: N_("Substantiated"),
    Outcome.PARTLY: N_("Partly substantiated"),
    Outcome.UNSUBSTANTIATED: N_("Not substantiated"),
    Outcome.INSUFFICIENT_EVIDENCE: N_("Not enough evidence"),
}
_ENTRY_LABELS = {
    EntryKind.OPENED: N_("Case opened"),
    EntryKind.NOTE: N_("Note"),
    EntryKind.INVESTIGATION: N_("Investigation begun"),
    EntryKind.FINDINGS: N_("Gone on to findings"),
    EntryKind.DECISION: N_("Gone on to the decision"),
    EntryKind.OFFICER_ADDED: N_("Access given"),
    EntryKind.OFFICER_RECUSED: N_("Officer recused"),
    EntryKind.SUBJECT_NAMED: N_("Person named"),
    EntryKind.HOLD_PROPOSED: N_("Interim hold proposed"),
    EntryKind.HOLD_APPROVED: N_("Interim hold approved"),
    EntryKind.HOLD_REFUSED: N_("Interim hold refused"),
    EntryKind.HOLD_WITHDRAWN: N_("Proposed hold withdrawn"),
    EntryKind.HOLD_ENDING_PROPOSED: N_("Ending of the hold proposed"),
    EntryKind.HOLD_ENDED: N_("Interim hold ended"),
    EntryKind.HOLD_KEPT: N_("Interim hold kept"),
    EntryKind.SANCTION_PROPOSED: N_("Sanction proposed"),
    EntryKind.SANCTION_APPROVED: N_("Sanction approved"),
    EntryKind.SANCTION_REFUSED: N_("Sanction refused"),
    EntryKind.SANCTION_WITHDRAWN: N_("Proposed sanction withdrawn"),
    EntryKind.CLOSED: N_("Case closed"),
    EntryKind.REOPENED: N_("Case reopened"),
}

# How many days a case may stay in a status. Together about three months: the time within which ISO 37002 and
# EU 2019/1937, art. 9(1)(f), want whoever reported to have an answer; the first week is that of art. 9(1)(b).
_DAYS = {
    CaseStatus.TRIAGE: 7,
    CaseStatus.INVESTIGATION: 60,
    CaseStatus.FINDINGS: 10,
    CaseStatus.DECISION: 14,
}

# A report is taken up within ten years of being made.
_OLDEST_DAYS = 3653


def next_status(status: CaseStatus, step: CaseStep) -> CaseStatus:
    """Return the status after `step`; raise IllegalTransition for a step that `status` does not allow."""
    match status, step:
        case CaseStatus.TRIAGE, CaseStep.INVESTIGATE:
            return CaseStatus.INVESTIGATION
        case CaseStatus.INVESTIGATION, CaseStep.FIND:
            return CaseStatus.FINDINGS
        case CaseStatus.FINDINGS, CaseStep.DECIDE:
            return CaseStatus.DECISION
        case CaseStatus.DECISION, CaseStep.CLOSE:
            return CaseStatus.CLOSED
        case CaseStatus.CLOSED, CaseStep.REOPEN:
            return CaseStatus.INVESTIGATION
        case _:
            raise IllegalTransition(N_("The case"), status.label, step.label)


# The steps that need nothing but the decision to take them; closing and reopening ask for more.
PLAIN_STEPS = (CaseStep.INVESTIGATE, CaseStep.FIND, CaseStep.DECIDE)
# By what a list of cases may be sorted; - is for descending.
SORTS = tuple(f"{sign}{key}" for key in ("reported_on", "status_since", "code") for sign in ("", "-"))


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed to; `search` is part of the code, the title or a named person's name."""

    status: CaseStatus | None = None
    category: str = ""
    severity: Severity | None = None
    region: str = ""
    search: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> "CaseFilter":
        """Return the filter that a list's arguments describe."""
        return cls(
            status=CaseStatus(arguments["status"]) if arguments["status"] else None,
            category=arguments["category"],
            severity=Severity(arguments["severity"]) if arguments["severity"] else None,
            region=arguments["region"],
            search=arguments["q"].strip(),
        )


def next_step(status: CaseStatus) -> CaseStep:
    """Return the one step that leads on from `status`."""
    return {
        CaseStatus.TRIAGE: CaseStep.INVESTIGATE,
        CaseStatus.INVESTIGATION: CaseStep.FIND,
        CaseStatus.FINDINGS: CaseStep.DECIDE,
        CaseStatus.DECISION: CaseStep.CLOSE,
        CaseStatus.CLOSED: CaseStep.REOPEN,
    }[status]


def days_left(status: CaseStatus, status_since: datetime, now: datetime) -> int | None:
    """Return how many days the status may still last, negative when it has lasted too long; None when closed."""
    days = _DAYS.get(status)
    if days is None:
        return None
    return (local_date(status_since + timedelta(days=days)) - local_date(now)).days


def check_open(status: CaseStatus) -> None:
    """Raise Conflict when the case is closed: then nothing is added to it but by reopening."""
    if status is CaseStatus.CLOSED:
        raise Conflict(N_("The case is closed; reopen it first"))


def check_opening(
    opener: Signatory,
    subjects: Collection[UUID],
    officer_persons: Collection[UUID | None],
    reported_on: date,
    now: datetime,
) -> None:
    """Raise Conflict when the opener or an officer is named in it, nobody is, or the day cannot be."""
    fields: dict[str, list[Message]] = {}
    if not subjects:
        fields["subjects"] = [N_("Name at least one person.")]
    if opener.person_id is not None and opener.person_id in subjects:
        fields["subjects"] = [N_("You are named in it yourself; somebody else must open this case.")]
    if any(one in subjects for one in officer_persons if one is not None):
        fields["officers"] = [N_("Somebody who is named in the case cannot work on it.")]
    today = local_date(now)
    if not today - timedelta(days=_OLDEST_DAYS) <= reported_on <= today:
        fields["reported_on"] = [N_("Choose today or an earlier day, within the last ten years.")]
    if fields:
        raise Conflict(N_("The case cannot be opened like this"), fields=fields)


def check_recusal(others_on_it: int) -> None:
    """Raise Conflict when nobody would be left on the case."""
    if others_on_it < 1:
        raise Conflict(N_("Nobody else is on this case; give somebody access first"))


# Crockford's alphabet: no letters that are taken for digits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code() -> str:
    """Return a name for a case, such as RL-7K3M9Q: random, since a running number would count unseen cases."""
    return "RL-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
