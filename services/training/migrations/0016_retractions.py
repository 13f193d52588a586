"""Completions that are taken back: an assignment that is open again earns another certificate and period."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BEFORE = (
    *("due", "overdue", "team_overdue", "asked", "assigned", "extended"),
    *("exception_granted", "exception_refused", "waiver_granted", "waiver_refused", "waiver_revoked"),
    *("exempted", "exemption_ended", "mentor_missing"),
)
_NOT_REVOKED = "status <> 'revoked'"


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "completion_retraction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("taken_back_at", UtcDateTime(), nullable=False),
        sa.Column("taken_back_by", sa.Uuid()),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_retraction")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_completion_retraction_assignment_id_assignment"),
        ),
    )
    op.create_index("ix_completion_retraction_assignment", "completion_retraction", ["assignment_id"])
    _one_an_assignment("certificate", f"replaces_id IS NULL AND {_NOT_REVOKED}")
    _one_an_assignment("certification_period", _NOT_REVOKED)
    _notices(*_BEFORE, "completion_taken_back")


def downgrade() -> None:
    """Undo. Raises IntegrityError once an assignment has earned a second time."""
    op.execute("DELETE FROM notice WHERE kind = 'completion_taken_back'")
    _notices(*_BEFORE)
    _one_an_assignment("certification_period", None)
    _one_an_assignment("certificate", "replaces_id IS NULL")
    op.drop_table("completion_retraction")


def _one_an_assignment(table: str, where: str | None) -> None:
    condition = sa.text(where) if where is not None else None
    op.drop_index(f"uq_{table}_assignment", table)
    op.create_index(
        f"uq_{table}_assignment",
        table,
        ["assignment_id"],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _notices(*kinds: str) -> None:
    listed = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f("ck_notice_noticekind"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_noticekind"), f"kind IN ({listed})")
