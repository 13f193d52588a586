"""Mentoring: plans, mentorships, ticks, notes, visits and how many mentees somebody takes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_text = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Expand."""
    _create_plan()
    _create_mentorship()
    _create_records()


def downgrade() -> None:
    """Undo."""
    for table in (
        *("mentor_limit", "mentoring_visit", "mentoring_note", "mentoring_tick"),
        *("mentorship", "mentoring_plan"),
    ):
        op.drop_table(table)


def _create_plan() -> None:
    op.create_table(
        "mentoring_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("title", _text, nullable=False),
        sa.Column("items", _document, nullable=False),
        sa.Column("course_id", sa.Uuid()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentoring_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_mentoring_plan_code")),
        _reference("mentoring_plan", "course_id", "course"),
    )
    op.create_table(
        "mentor_limit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_limit")),
        sa.UniqueConstraint("person_id", name=op.f("uq_mentor_limit_person_id")),
    )


def _create_mentorship() -> None:
    op.create_table(
        "mentorship",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("mentee_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid()),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("items", _document, nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("started_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("end_reason", sa.String(40)),
        sa.Column("mentor_signed_by", sa.Uuid()),
        sa.Column("mentor_signed_at", UtcDateTime()),
        sa.Column("manager_signed_by", sa.Uuid()),
        sa.Column("manager_signed_at", UtcDateTime()),
        sa.Column("rating", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentorship")),
        _reference("mentorship", "plan_id", "mentoring_plan"),
        _reference("mentorship", "course_id", "course"),
        _one_of("mentorship", "mentorshipstatus", "status", *("proposed", "active", "completed", "ended")),
        _one_of(
            "mentorship",
            "endreason",
            "end_reason",
            *("declined", "mentor_changed", "mentor_left", "mentee_left", "other"),
        ),
    )
    where = sa.text("status IN ('proposed', 'active')")
    op.create_index(
        "uq_mentorship_open_mentee",
        "mentorship",
        ["mentee_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("ix_mentorship_mentor_id_status", "mentorship", ["mentor_id", "status"])
    op.create_index("ix_mentorship_mentee_id", "mentorship", ["mentee_id"])
    op.create_index("ix_mentorship_thread_id", "mentorship", ["thread_id"])
    op.create_index("ix_mentorship_status_proposed_at", "mentorship", ["status", "proposed_at"])


def _create_records() -> None:
    op.create_table(
        "mentoring_tick",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(10), nullable=False),
        sa.Column("ticked_by", sa.Uuid(), nullable=False),
        sa.Column("ticked_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentoring_tick")),
        _reference("mentoring_tick", "thread_id", "mentorship"),
        sa.UniqueConstraint("thread_id", "item_id", name=op.f("uq_mentoring_tick_thread_id_item_id")),
    )
    op.create_table(
        "mentoring_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        *_sealed("mentoring_note"),
    )
    op.create_index("ix_mentoring_note_thread_id_written_at", "mentoring_note", ["thread_id", "written_at"])
    op.create_table(
        "mentoring_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date, nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("goal", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        *_sealed("mentoring_visit"),
        _one_of(
            "mentoring_visit",
            "customerkind",
            "customer",
            *("public_hospital", "private_hospital", "primary_care", "research_institute", "distributor"),
        ),
    )
    op.create_index("ix_mentoring_visit_thread_id_visited_on", "mentoring_visit", ["thread_id", "visited_on"])


def _sealed(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("seal", sa.LargeBinary(32), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _reference(table, "thread_id", "mentorship"),
    )


def _last_event() -> sa.Column[object]:
    return sa.Column("last_event_id", sa.Uuid(), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))
