"""The question bank, sittings, and how each question of them was answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_text = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Expand."""
    _create_bank()
    _create_imports()
    _create_sittings()
    _create_marks()


def downgrade() -> None:
    """Undo."""
    for table in (
        "question_mark",
        "question_import",
        "sitting_answer",
        "sitting",
        "question_revision",
        "question",
        "question_topic",
    ):
        op.drop_table(table)


def _create_bank() -> None:
    op.create_table(
        "question_topic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("title", _text, nullable=False),
        sa.Column("feedback", sa.String(40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_topic")),
        sa.UniqueConstraint("code", name=op.f("uq_question_topic_code")),
        _one_of("question_topic", "feedback", "feedback", "score", "marks", "explanations"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        _reference("question", "topic_id", "question_topic"),
        sa.UniqueConstraint("code", name=op.f("uq_question_code")),
    )
    op.create_index("ix_question_topic", "question", ["topic_id", "code"])
    kinds = ("single", "multiple", "true_false", "ordering", "numeric", "short_text")
    op.create_table(
        "question_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("content", _document, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_revision")),
        _reference("question_revision", "question_id", "question"),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_revision_question_id_number")),
        _one_of("question_revision", "questionkind", "kind", *kinds),
    )


def _create_imports() -> None:
    op.create_table(
        "question_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("file_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("entries", _document, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("applied_at", UtcDateTime()),
        sa.Column("added", sa.Integer),
        sa.Column("revised", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_import")),
        _one_of("question_import", "importstatus", "status", "checked", "applied"),
    )
    op.create_index("ix_question_import_made_at", "question_import", ["made_at", "id"])


def _create_sittings() -> None:
    op.create_table(
        "sitting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("questions", _document, nullable=False),
        sa.Column("pass_mark", sa.Integer, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("deadline_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("timed_out", sa.Boolean, nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("void_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        _reference("sitting", "assignment_id", "assignment"),
        _reference("sitting", "attempt_id", "attempt"),
        _reference("sitting", "version_id", "course_version"),
        sa.UniqueConstraint(
            "assignment_id", "part_id", "number", name=op.f("uq_sitting_assignment_id_part_id_number")
        ),
        _one_of("sitting", "sittingstatus", "status", "started", "passed", "failed", "expired", "voided"),
    )
    started = sa.text("status = 'started'")
    op.create_index(
        "uq_sitting_started",
        "sitting",
        ["assignment_id", "part_id"],
        unique=True,
        sqlite_where=started,
        postgresql_where=started,
    )
    op.create_index("ix_sitting_status_deadline", "sitting", ["status", "deadline_at"])
    op.create_index("ix_sitting_started_at", "sitting", ["started_at", "id"])
    op.create_table(
        "sitting_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("given", _document, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_answer")),
        _reference("sitting_answer", "sitting_id", "sitting"),
        sa.UniqueConstraint("sitting_id", "place", name=op.f("uq_sitting_answer_sitting_id_place")),
    )


def _create_marks() -> None:
    op.create_table(
        "question_mark",
        "question_import",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("share", sa.Integer, nullable=False),
        sa.Column("rest", sa.Integer, nullable=False),
        sa.Column("chosen", sa.Integer, nullable=False),
        sa.Column("typed", sa.String(200)),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sitting_id", "place", name=op.f("pk_question_mark")),
        _reference("question_mark", "sitting_id", "sitting"),
        _reference("question_mark", "revision_id", "question_revision"),
    )
    op.create_index("ix_question_mark_question", "question_mark", ["question_id"])
    op.create_index("ix_question_mark_topic", "question_mark", ["topic_id"])


def _last_event() -> sa.Column[object]:
    return sa.Column("last_event_id", sa.Uuid(), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))
