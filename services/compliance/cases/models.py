"""Cases, who is named in them, who may see them, and what was written in them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.base import Base
from services.compliance.cases.rules import CaseStatus, EntryKind, Outcome
from services.compliance.catalogue.rules import Severity
from shared.db.base import Audited, IdPk
from shared.db.sealing import Sealed
from shared.db.types import enum_type


class Case(Sealed, Base):
    """A red-line case. `title`, `description` and `summary` are free text, for those on the case alone."""

    __tablename__ = "red_line_case"
    __audit_kind__ = "case"
    __sealed__ = frozenset(
        ("title", "description", "category", "severity", "region", "reported_on", "outcome", "summary")
    )
    __table_args__ = (Index("ix_red_line_case_status_status_since", "status", "status_since"),)

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(ForeignKey("red_line_category.code"))
    severity: Mapped[Severity] = mapped_column(enum_type(Severity))
    region: Mapped[str] = mapped_column(String(40))
    reported_on: Mapped[date]
    status: Mapped[CaseStatus] = mapped_column(enum_type(CaseStatus))
    status_since: Mapped[datetime]
    opened_at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    summary: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own protocol


class CaseSubject(Sealed, Base):
    """Somebody who is named in a case, and therefore never sees it."""

    __tablename__ = "case_subject"
    __audit_kind__ = "case_subject"
    __sealed__ = frozenset(("case_id", "person_id"))
    __table_args__ = (
        UniqueConstraint("case_id", "person_id"),
        Index("ix_case_subject_person_id", "person_id"),
    )

    id: Mapped[IdPk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("red_line_case.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    named_at: Mapped[datetime]


class CaseOfficer(Audited, Base):
    """An account with access to a case, until it is recused."""

    __tablename__ = "case_officer"
    __audit_kind__ = "case_officer"
    __table_args__ = (
        UniqueConstraint("case_id", "account_id"),
        Index("ix_case_officer_account_id_case_id", "account_id", "case_id"),
    )

    id: Mapped[IdPk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("red_line_case.id"))
    account_id: Mapped[UUID] = mapped_column(Uuid())
    added_at: Mapped[datetime]
    recused_at: Mapped[datetime | None]


class CaseEntry(Sealed, Base):
    """A line of a case's record, never changed: who did what when, about whom, and in what words."""

    __tablename__ = "case_entry"
    __audit_kind__ = "case_entry"
    __sealed__ = frozenset(("case_id", "kind", "person_id", "body", "actor_name"))
    __table_args__ = (Index("ix_case_entry_case_id_at", "case_id", "at"),)

    id: Mapped[IdPk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("red_line_case.id"))
    at: Mapped[datetime]
    kind: Mapped[EntryKind] = mapped_column(enum_type(EntryKind))
    actor: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[UUID | None] = mapped_column(Uuid())
    body: Mapped[str | None] = mapped_column(Text)


class ComplianceOfficer(Base):
    """An account that people has given the role compliance: who may be put on a case. A projection."""

    __tablename__ = "compliance_officer"

    account_id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(Uuid())
