"""A mail may carry a calendar file."""

from alembic import op

from shared.mail import schema as mail_schema

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    mail_schema.add_calendar_v2(op)


def downgrade() -> None:
    """Undo."""
    mail_schema.drop_calendar_v2(op)
