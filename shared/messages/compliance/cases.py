"""Cases, who works on them, and that something was written: never who is named or what was found."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("compliance.case.opened.v1")
@dataclass(frozen=True)
class CaseOpened:
    """A case exists. Its category would help to guess at it, and stays in the row."""


@message("compliance.case.advanced.v1")
@dataclass(frozen=True)
class CaseAdvanced:
    """The case went to its next status."""

    status: str


@message("compliance.case.closed.v1")
@dataclass(frozen=True)
class CaseClosed:
    """The case was closed."""


@message("compliance.case.reopened.v1")
@dataclass(frozen=True)
class CaseReopened:
    """The case was taken up again."""


@message("compliance.case_subject.named.v1")
@dataclass(frozen=True)
class CaseSubjectNamed:
    """Somebody is named in a case; who and in which stays in the row."""


@message("compliance.case_officer.added.v1")
@dataclass(frozen=True)
class CaseOfficerAdded:
    """An account was given access to a case."""

    account_id: UUID


@message("compliance.case_officer.recused.v1")
@dataclass(frozen=True)
class CaseOfficerRecused:
    """An officer declared a conflict and is out of the case."""

    account_id: UUID


@message("compliance.case_entry.written.v1")
@dataclass(frozen=True)
class CaseEntryWritten:
    """A line was added to the record of a case."""
