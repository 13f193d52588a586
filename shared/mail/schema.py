"""Alembic steps for the outbox, called by the migrations of services that write mail. Frozen."""

import sqlalchemy as sa
from alembic.operations import Operations

from shared.db.types import UtcDateTime

_STATUSES = ("queued", "sending", "sent", "refused", "unknown")


def create_v1(op: Operations) -> None:
    """Create `outgoing_mail`."""
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("answer", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_mail_key")),
        sa.CheckConstraint(
            f"status IN ({', '.join(map(repr, _STATUSES))})", name=op.f("ck_outgoing_mail_mailstatus")
        ),
    )
    op.create_index("ix_outgoing_mail_status", "outgoing_mail", ["status", "created_at"])


def add_calendar_v2(op: Operations) -> None:
    """Let a mail carry a calendar file."""
    with op.batch_alter_table("outgoing_mail") as table:
        table.add_column(sa.Column("calendar", sa.Text))


def drop_calendar_v2(op: Operations) -> None:
    """Undo add_calendar_v2."""
    with op.batch_alter_table("outgoing_mail") as table:
        table.drop_column("calendar")


def drop_v1(op: Operations) -> None:
    """Drop what create_v1 made."""
    op.drop_table("outgoing_mail")
