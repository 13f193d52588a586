"""The platform's tables and the made-up service's one."""

import sqlalchemy as sa
from alembic import op

from shared.db import schema as platform
from shared.directory import schema as directory
from shared.eventlog import schema as eventlog
from shared.jobs import schema as jobs

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    for part in (platform, eventlog, jobs, directory):
        part.create_v1(op)
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
