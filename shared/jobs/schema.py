"""Alembic steps for the jobs table, called by each service's migrations. Frozen: changes go into a v2."""

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime


def create_v1(op: Operations) -> None:
    """Create `job` on either engine."""
    document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("key", sa.String(200)),
        sa.Column("payload", document, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("progress_done", sa.BigInteger, nullable=False),
        sa.Column("progress_total", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("max_attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", UtcDateTime()),
        sa.Column("lease_token", sa.Uuid()),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.Column("result", document),
        sa.Column("error", sa.String(500)),
        sa.Column("error_code", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_jobstatus")
        ),
        sa.CheckConstraint(
            "(status = 'running') = (lease_token IS NOT NULL)"
            " AND (lease_token IS NULL) = (lease_until IS NULL)",
            name=op.f("ck_job_lease_while_running"),
        ),
        sa.CheckConstraint(
            "(status IN ('done', 'failed')) = (finished_at IS NOT NULL)",
            name=op.f("ck_job_finished_when_final"),
        ),
        sa.CheckConstraint("attempts >= 0 AND max_attempts > 0", name=op.f("ck_job_attempts_counted")),
    )
    unfinished = sa.text("status IN ('queued', 'running')")
    op.create_index(
        "uq_job_kind_key_unfinished",
        "job",
        ["kind", "key"],
        unique=True,
        postgresql_where=unfinished,
        sqlite_where=unfinished,
    )
    op.create_index("ix_job_status_run_at", "job", ["status", "run_at"])
    op.create_index("ix_job_created_at_id", "job", ["created_at", "id"])


def drop_v1(op: Operations) -> None:
    """Drop what create_v1 made."""
    op.drop_table("job")
