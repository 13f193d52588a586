"""The table of files that people hand in."""

from alembic import op

import shared.files.schema

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    shared.files.schema.create_v1(op)


def downgrade() -> None:
    """Undo."""
    shared.files.schema.drop_v1(op)
