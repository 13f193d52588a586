"""Designs, revisions of documents, evidence, re-issues and badges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_text = sa.JSON().with_variant(JSONB(), "postgresql")
_ANEW = "replaces_id IS NULL"


def upgrade() -> None:
    """Expand."""
    _create_designs()
    _create_signing_key()
    _create_reissue()
    _widen_certificate()
    _widen_document()
    _create_badge()


def downgrade() -> None:
    """Undo."""
    op.drop_table("badge")
    _narrow_document()
    _narrow_certificate()
    for table in ("certificate_reissue", "signing_key", "design_choice", "design_version", "design"):
        op.drop_table(table)


def _create_designs() -> None:
    op.create_table(
        "design",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", _text, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design")),
    )
    op.create_table(
        "design_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("content", _document, nullable=False),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime()),
        sa.Column("retired_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_version")),
        _reference("design_version", "design_id", "design"),
        sa.UniqueConstraint("design_id", "number", name=op.f("uq_design_version_design_id_number")),
        _one_of("design_version", "designstatus", "status", "draft", "published", "retired"),
    )
    _unique_where("uq_design_version_draft", "design_version", ["design_id"], "status = 'draft'")
    _unique_where("uq_design_version_published", "design_version", ["design_id"], "status = 'published'")
    op.create_table(
        "design_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(60), nullable=False),
        sa.Column("course_id", sa.Uuid()),
        sa.Column("category", sa.String(40)),
        sa.Column("design_id", sa.Uuid()),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_choice")),
        _reference("design_choice", "course_id", "course"),
        _reference("design_choice", "design_id", "design"),
        sa.UniqueConstraint("scope", name=op.f("uq_design_choice_scope")),
    )


def _create_signing_key() -> None:
    op.create_table(
        "signing_key",
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("pem", sa.Text, nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_key")),
    )


def _widen_certificate() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.add_column(sa.Column("design_version_id", sa.Uuid()))
        batch.add_column(sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
        batch.add_column(sa.Column("reissue_id", sa.Uuid()))
        batch.add_column(sa.Column("evidence_sha256", sa.String(64)))
        batch.add_column(sa.Column("evidence_name", sa.String(200)))
        batch.add_column(sa.Column("supersede_reason", sa.Text))
        batch.add_column(sa.Column("replaces_id", sa.Uuid()))
        batch.create_foreign_key(
            op.f("fk_certificate_design_version_id_design_version"),
            "design_version",
            ["design_version_id"],
            ["id"],
        )
        batch.create_foreign_key(
            op.f("fk_certificate_reissue_id_certificate_reissue"),
            "certificate_reissue",
            ["reissue_id"],
            ["id"],
        )
        batch.create_foreign_key(
            op.f("fk_certificate_replaces_id_certificate"), "certificate", ["replaces_id"], ["id"]
        )
        batch.create_unique_constraint(op.f("uq_certificate_replaces_id"), ["replaces_id"])
        batch.drop_constraint("uq_certificate_assignment_id", type_="unique")
    # An assignment earns one certificate; what replaces that one by hand names the same assignment.
    _unique_where("uq_certificate_assignment", "certificate", ["assignment_id"], _ANEW)
    op.create_index("ix_certificate_assignment_id", "certificate", ["assignment_id"])
    op.create_index("ix_certificate_reissue_id", "certificate", ["reissue_id"])


def _narrow_certificate() -> None:
    op.drop_index("ix_certificate_reissue_id", "certificate")
    op.drop_index("ix_certificate_assignment_id", "certificate")
    op.drop_index("uq_certificate_assignment", "certificate")
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint("uq_certificate_replaces_id", type_="unique")
        batch.drop_constraint("fk_certificate_replaces_id_certificate", type_="foreignkey")
        batch.drop_constraint("fk_certificate_reissue_id_certificate_reissue", type_="foreignkey")
        batch.drop_constraint("fk_certificate_design_version_id_design_version", type_="foreignkey")
        for column in (
            "replaces_id", "supersede_reason", "evidence_name", "evidence_sha256", "reissue_id", "revision",
            "design_version_id",
        ):  # fmt: skip
            batch.drop_column(column)
        batch.create_unique_constraint("uq_certificate_assignment_id", ["assignment_id"])


def _widen_document() -> None:
    with op.batch_alter_table("certificate_document") as batch:
        batch.add_column(sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
        batch.add_column(sa.Column("key_id", sa.String(64)))
        batch.drop_constraint("uq_certificate_document_certificate_id_language", type_="unique")
        batch.create_unique_constraint(
            op.f("uq_certificate_document_certificate_id_language_revision"),
            ["certificate_id", "language", "revision"],
        )
    op.create_index("ix_certificate_document_sha256", "certificate_document", ["sha256"])


def _narrow_document() -> None:
    op.drop_index("ix_certificate_document_sha256", "certificate_document")
    with op.batch_alter_table("certificate_document") as batch:
        batch.drop_constraint("uq_certificate_document_certificate_id_language_revision", type_="unique")
        batch.create_unique_constraint(
            "uq_certificate_document_certificate_id_language", ["certificate_id", "language"]
        )
        batch.drop_column("key_id")
        batch.drop_column("revision")


def _create_reissue() -> None:
    op.create_table(
        "certificate_reissue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("design_version_id", sa.Uuid()),
        sa.Column("chosen", _document, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_reissue")),
        _reference("certificate_reissue", "design_version_id", "design_version"),
        _one_of("certificate_reissue", "reissuestatus", "status", "running", "stopped", "finished"),
    )
    op.create_index("ix_certificate_reissue_started_at_id", "certificate_reissue", ["started_at", "id"])


def _create_badge() -> None:
    op.create_table(
        "badge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("list_number", sa.Integer, nullable=False),
        sa.Column("list_index", sa.Integer, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_badge_certificate_id")),
        sa.UniqueConstraint("list_number", "list_index", name=op.f("uq_badge_list_number_list_index")),
        _reference("badge", "certificate_id", "certificate"),
        _reference("badge", "key_id", "signing_key", "key_id"),
    )


def _last_event() -> sa.Column[object]:
    return sa.Column("last_event_id", sa.Uuid(), nullable=False)


def _reference(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}_{to}"))


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
