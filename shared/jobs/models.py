"""The table of jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import IdPk, PlatformBase
from shared.db.types import enum_type
from shared.jobs.rules import JobStatus

# Spelled out, not bound: an engine uses a partial index only where it can see that the condition is met.
UNFINISHED = text("status IN ('queued', 'running')")


class Job(PlatformBase):
    """One piece of work. This row is the truth: a queue that forgets it loses nothing.

    `key` allows one unfinished job of a kind. `lease_token` names the attempt that holds the job until
    `lease_until`, and `attempts` counts how often it was taken. `run_at` is when it is due. Neither `result`
    nor `error` holds personal data; `error` is an English msgid, `error_code` an error type or a class name.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_kind_key_unfinished",
            "kind",
            "key",
            unique=True,
            postgresql_where=UNFINISHED,
            sqlite_where=UNFINISHED,
        ),
        Index("ix_job_status_run_at", "status", "run_at"),
        Index("ix_job_created_at_id", "created_at", "id"),
        CheckConstraint(
            "(status = 'running') = (lease_token IS NOT NULL)"
            " AND (lease_token IS NULL) = (lease_until IS NULL)",
            name="lease_while_running",
        ),
        CheckConstraint(
            "(status IN ('done', 'failed')) = (finished_at IS NOT NULL)", name="finished_when_final"
        ),
        CheckConstraint("attempts >= 0 AND max_attempts > 0", name="attempts_counted"),
    )

    id: Mapped[IdPk]
    kind: Mapped[str] = mapped_column(String(80))
    key: Mapped[str | None] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]]
    status: Mapped[JobStatus] = mapped_column(enum_type(JobStatus))
    progress_done: Mapped[int] = mapped_column(BigInteger)
    progress_total: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None] = mapped_column(Uuid())
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(String(500))
    error_code: Mapped[str | None] = mapped_column(String(80))
