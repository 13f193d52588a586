"""The tables that every service has, and training's own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

import shared.db.schema
import shared.directory.schema
import shared.eventlog.schema
import shared.jobs.schema
from shared.db.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_text = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Expand."""
    shared.db.schema.create_v1(op)
    shared.eventlog.schema.create_v1(op)
    shared.jobs.schema.create_v1(op)
    shared.directory.schema.create_v1(op)
    _create_courses()
    _create_curricula()
    _create_assignment()
    _create_certificates()
    _create_attempt()
    _create_reminder()


def downgrade() -> None:
    """Undo."""
    for table in (
        *("reminder", "attempt", "certificate_document", "certificate", "assignment"),
        *("requirement", "curriculum", "course_version", "course"),
    ):
        op.drop_table(table)
    shared.directory.schema.drop_v1(op)
    shared.jobs.schema.drop_v1(op)
    shared.eventlog.schema.drop_v1(op)
    shared.db.schema.drop_v1(op)


def _create_courses() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("title", _text, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
        _one_of("course", "category", "category", "onboarding", "product", "skill", "compliance"),
    )
    op.create_table(
        "course_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("body", _text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("quiz", _document, nullable=False),
        sa.Column("pass_mark", sa.Integer, nullable=False),
        sa.Column("certifies", sa.Boolean, nullable=False),
        sa.Column("valid_months", sa.Integer),
        sa.Column("content_sha256", sa.LargeBinary(32)),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime()),
        sa.Column("retired_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_version")),
        _reference("course_version", "course_id", "course"),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_version_course_id_number")),
        _one_of("course_version", "versionstatus", "status", "draft", "published", "retired"),
    )
    for status in ("draft", "published"):
        _unique_where(f"uq_course_version_{status}", "course_version", ["course_id"], f"status = '{status}'")


def _create_curricula() -> None:
    op.create_table(
        "curriculum",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("title", _text, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("audience_rule", _document, nullable=False),
        sa.Column("due_rule", _document, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("active_from", sa.Date),
        sa.Column("archived_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum")),
        sa.UniqueConstraint("code", name=op.f("uq_curriculum_code")),
        _one_of("curriculum", "curriculumstatus", "status", "draft", "active", "archived"),
    )
    op.create_table(
        "requirement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("curriculum_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("extra_days", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        _reference("requirement", "curriculum_id", "curriculum"),
        _reference("requirement", "course_id", "course"),
        sa.UniqueConstraint(
            "curriculum_id", "course_id", name=op.f("uq_requirement_curriculum_id_course_id")
        ),
    )


def _create_assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("curriculum_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("made_due_on", sa.Date, nullable=False),
        sa.Column("started_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("released_at", UtcDateTime()),
        sa.Column("score", sa.Integer),
        sa.Column("extended_at", UtcDateTime()),
        sa.Column("extend_reason", sa.Text),
        sa.Column("exempt_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        _reference("assignment", "requirement_id", "requirement"),
        _reference("assignment", "curriculum_id", "curriculum"),
        _reference("assignment", "course_id", "course"),
        _one_of(
            "assignment",
            "assignmentstatus",
            "status",
            *("assigned", "in_progress", "completed", "exempted", "cancelled"),
        ),
    )
    op.create_index("ix_assignment_person_course", "assignment", ["person_id", "course_id"])
    op.create_index("ix_assignment_status_due_on", "assignment", ["status", "due_on"])
    _unique_where(
        "uq_assignment_open",
        "assignment",
        ["person_id", "course_id"],
        "status IN ('assigned', 'in_progress')",
    )


def _create_certificates() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("holder_name", sa.String(200), nullable=False),
        sa.Column("holder_employee_no", sa.String(40), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("title", _text, nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("renewal_id", sa.Uuid()),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("renewed_at", UtcDateTime()),
        sa.Column("released_at", UtcDateTime()),
        sa.Column("revoked_at", UtcDateTime()),
        sa.Column("revoke_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_certificate_assignment_id")),
        _reference("certificate", "course_id", "course"),
        _reference("certificate", "version_id", "course_version"),
        _one_of("certificate", "certificatestatus", "status", "issued", "superseded", "revoked"),
    )
    op.create_index("ix_certificate_person_course", "certificate", ["person_id", "course_id"])
    op.create_index("ix_certificate_issued_at_id", "certificate", ["issued_at", "id"])
    _unique_where("uq_certificate_issued", "certificate", ["person_id", "course_id"], "status = 'issued'")
    op.create_table(
        "certificate_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(4), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.Column("rendered_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_document")),
        _reference("certificate_document", "certificate_id", "certificate"),
        sa.UniqueConstraint(
            "certificate_id", "language", name=op.f("uq_certificate_document_certificate_id_language")
        ),
    )


def _create_attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("launched_at", UtcDateTime(), nullable=False),
        sa.Column("pages_read", sa.Integer, nullable=False),
        sa.Column("submitted_at", UtcDateTime()),
        sa.Column("score", sa.Integer),
        sa.Column("answers", _document),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        _reference("attempt", "assignment_id", "assignment"),
        _reference("attempt", "version_id", "course_version"),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_attempt_assignment_id_number")),
        _one_of("attempt", "attemptstatus", "status", "launched", "completed", "passed", "failed"),
    )
    _unique_where("uq_attempt_launched", "attempt", ["assignment_id"], "status = 'launched'")


def _create_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("mark", sa.Date, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        _reference("reminder", "assignment_id", "assignment"),
        sa.UniqueConstraint(
            "assignment_id", "kind", "mark", name=op.f("uq_reminder_assignment_id_kind_mark")
        ),
        _one_of(
            "reminder",
            "reminderkind",
            "kind",
            *("due_in_14", "due_in_3", "overdue", "overdue_14", "manager"),
        ),
    )
    op.create_index("ix_reminder_person", "reminder", ["person_id", "sent_at"])


def _last_event() -> sa.Column[object]:
    return sa.Column("last_event_id", sa.Uuid(), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
