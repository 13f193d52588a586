"""Earlier completions: the files they come in, their evidence, and what they said."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STATUSES = "'checked', 'applying', 'applied', 'discarded'"


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "legacy_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("uploaded_by", sa.String(80), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("corrected", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_legacy_import"),
        sa.CheckConstraint(f"status IN ({_STATUSES})", name=op.f("ck_legacy_import_importstatus")),
    )
    op.create_index("ix_legacy_import_uploaded_at_id", "legacy_import", ["uploaded_at", "id"])
    op.create_table(
        "legacy_evidence",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "name", name="pk_legacy_evidence"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["legacy_import.id"], name="fk_legacy_evidence_import_id_legacy_import"
        ),
    )
    _create_completion()


def downgrade() -> None:
    """Undo."""
    for table in ("legacy_completion", "legacy_evidence", "legacy_import"):
        op.drop_table(table)


def _create_completion() -> None:
    op.create_table(
        "legacy_completion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("completed_on", sa.Date, nullable=False),
        sa.Column("certificate_no", sa.String(200), nullable=False),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("score", sa.Integer, nullable=True),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("evidence_sha256", sa.String(64), nullable=True),
        sa.Column("evidence_name", sa.String(200), nullable=False),
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_legacy_completion"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["legacy_import.id"], name="fk_legacy_completion_import_id_legacy_import"
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_legacy_completion_course_id_course"),
        sa.UniqueConstraint(
            "person_id",
            "course_id",
            "completed_on",
            "certificate_no",
            name="uq_legacy_completion_key",
        ),
    )
    op.create_index("ix_legacy_completion_import_id", "legacy_completion", ["import_id"])
