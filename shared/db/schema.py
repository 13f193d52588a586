"""Alembic steps for the tables of this package, called by each service's migrations."""

import sqlalchemy as sa
from alembic.operations import Operations

from shared.db.types import UtcDateTime


def create_v1(op: Operations) -> None:
    """Create `idempotency_key`."""
    op.create_table(
        "idempotency_key",
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_idempotency_key"),
    )


def drop_v1(op: Operations) -> None:
    """Drop what create_v1 made."""
    op.drop_table("idempotency_key")
