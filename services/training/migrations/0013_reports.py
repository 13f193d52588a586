"""The spans of days on which people count as trained, projected from the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "trained_span",
        sa.Column("known_from", sa.BigInteger, nullable=False),
        sa.Column("ordinal", sa.SmallInteger, nullable=False),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reference", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column(
            "evidence",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("known_from", "ordinal", name=op.f("pk_trained_span")),
        sa.CheckConstraint(
            "kind IN ('completion', 'certificate', 'credit', 'import')", name=op.f("ck_trained_span_spankind")
        ),
    )
    op.create_index("ix_trained_span_person_id_course_id", "trained_span", ["person_id", "course_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("trained_span")
