"""Alembic steps for the log's tables, called by each service's migrations. Frozen: changes go into a v2."""

import sqlalchemy as sa
from alembic.operations import Operations

from shared.db.types import UtcDateTime


def create_v1(op: Operations) -> None:
    """Create the tables of models.py on either engine, and PostgreSQL's sequence."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("event_ordinal", data_type=sa.BigInteger)))
    _create_event(op)
    op.create_table(
        "log_head",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_head"),
    )
    op.create_table(
        "merkle_tile",
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_merkle_tile"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_table(
        "consumer_cursor",
        sa.Column("consumer", sa.String(80), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("stopped_at_position", sa.BigInteger),
        sa.Column("error", sa.String(500)),
        sa.PrimaryKeyConstraint("consumer", "source", name="pk_consumer_cursor"),
    )


def drop_v1(op: Operations) -> None:
    """Drop what create_v1 made."""
    for table in ("consumer_cursor", "checkpoint", "merkle_tile", "log_head", "event"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.DropSequence(sa.Sequence("event_ordinal")))


def _create_event(op: Operations) -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger),
        sa.Column("ordinal", sa.BigInteger),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("data", sa.Text),
        sa.Column("salt", sa.LargeBinary(16)),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("state_digest", sa.LargeBinary(32)),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("uq_event_position", "event", ["position"], unique=True)
    op.create_index("ix_event_subject_position", "event", ["subject", "position"])
    op.create_index("ix_event_person_id_position", "event", ["person_id", "position"])
    unsequenced = sa.text("position IS NULL")
    op.create_index(
        "ix_event_unsequenced",
        "event",
        ["ordinal"],
        postgresql_where=unsequenced,
        sqlite_where=unsequenced,
    )
