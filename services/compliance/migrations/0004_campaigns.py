"""Campaigns in full: schedules, statements, chasing, facilitated signatures, signed records."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""


def downgrade() -> None:
    """Undo."""
