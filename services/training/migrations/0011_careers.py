"""Career steps, sign-offs, and requests for a promotion."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_POSITIONS = (
    "rep",
    "supervisor",
    "district_manager",
    "regional_manager",
    "director",
    "marketing",
    "product",
    "training",
    "commercial_operations",
)
_positions = ", ".join(f"'{one}'" for one in _POSITIONS)


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "career_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("criteria_rule", _document, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_career_step"),
        sa.CheckConstraint(
            f"source IN ({_positions}) AND target IN ({_positions})", name=op.f("ck_career_step_position")
        ),
        _one_of("career_step", "stepkind", "kind", "promotion", "lateral"),
    )
    _unique_where("uq_career_step_open", "career_step", ["source", "target"], "ended_at IS NULL")
    op.create_table(
        "career_sign_off",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_career_sign_off"),
        sa.ForeignKeyConstraint(
            ["step_id"], ["career_step.id"], name="fk_career_sign_off_step_id_career_step"
        ),
    )
    _unique_where(
        "uq_career_sign_off_given", "career_sign_off", ["person_id", "step_id"], "withdrawn_at IS NULL"
    )
    _create_request()


def downgrade() -> None:
    """Undo."""
    for table in ("promotion_request", "career_sign_off", "career_step"):
        op.drop_table(table)


def _create_request() -> None:
    op.create_table(
        "promotion_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("assessed_on", sa.Date, nullable=True),
        sa.Column("evidence", _document, nullable=True),
        sa.Column("evidence_sha256", sa.String(64), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.Text, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promotion_request"),
        sa.ForeignKeyConstraint(
            ["step_id"], ["career_step.id"], name="fk_promotion_request_step_id_career_step"
        ),
        _one_of(
            "promotion_request",
            "requeststatus",
            "status",
            "draft",
            "submitted",
            "approved",
            "rejected",
            "withdrawn",
        ),
    )
    op.create_index("ix_promotion_request_status", "promotion_request", ["status", "created_at", "id"])
    op.create_index("ix_promotion_request_person", "promotion_request", ["person_id", "created_at"])
    _unique_where(
        "uq_promotion_request_pending",
        "promotion_request",
        ["person_id", "step_id"],
        "status IN ('draft', 'submitted')",
    )


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
