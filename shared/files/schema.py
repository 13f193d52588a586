"""Alembic steps for the table of files, called by the migrations of services that keep some."""

import sqlalchemy as sa
from alembic.operations import Operations

from shared.db.types import UtcDateTime

_KINDS = ("pdf", "png", "jpeg", "gif", "webp", "svg", "mp4", "webm", "docx", "xlsx", "pptx", "text")


def create_v1(op: Operations) -> None:
    """Create `stored_file`."""
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_stored_file"),
        sa.CheckConstraint(f"kind IN ({', '.join(map(repr, _KINDS))})", name=op.f("ck_stored_file_filekind")),
    )


def drop_v1(op: Operations) -> None:
    """Drop what create_v1 made."""
    op.drop_table("stored_file")
