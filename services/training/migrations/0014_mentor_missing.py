"""Managers and trainers are told of those who have no mentor."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BEFORE = (
    *("due", "overdue", "team_overdue", "asked", "assigned", "extended"),
    *("exception_granted", "exception_refused", "waiver_granted", "waiver_refused", "waiver_revoked"),
    *("exempted", "exemption_ended"),
)


def upgrade() -> None:
    """Expand."""
    _notices(*_BEFORE, "mentor_missing")


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM notice WHERE kind = 'mentor_missing'")
    _notices(*_BEFORE)


def _notices(*kinds: str) -> None:
    listed = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f("ck_notice_noticekind"), type_="check")
        batch.create_check_constraint(op.f("ck_notice_noticekind"), f"kind IN ({listed})")
