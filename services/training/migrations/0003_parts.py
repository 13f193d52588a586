"""Versions are made of parts, progress is kept part by part, courses have descriptions, tags and an end.

The text of a version becomes a part, and the questions that stood beside it a second one, to be read: questions are
asked from the bank from here on, by a version that draws from it. Attempts under way begin their text again.
"""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_text = sa.JSON().with_variant(JSONB(), "postgresql")
_KINDS = (
    *("text", "document", "video", "link", "assessment", "acknowledgement"),
    *("session", "checklist", "evidence"),
)


def upgrade() -> None:
    """Expand."""
    _widen_courses()
    _widen_versions()
    with op.batch_alter_table("attempt") as batch:
        batch.alter_column("submitted_at", new_column_name="ended_at")
        batch.drop_column("pages_read")
        batch.drop_column("answers")
    _create_progress()
    _create_watching()
    _create_acknowledgement()
    _create_evidence()


def downgrade() -> None:
    """Undo: a version keeps its texts, one below the other."""
    for table in ("evidence", "acknowledgement", "video_watch", "part_progress"):
        op.drop_table(table)
    with op.batch_alter_table("attempt") as batch:
        batch.add_column(sa.Column("pages_read", sa.Integer, nullable=False, server_default="0"))
        batch.add_column(sa.Column("answers", _document))
        batch.alter_column("ended_at", new_column_name="submitted_at")
    with op.batch_alter_table("attempt") as batch:
        batch.alter_column("pages_read", server_default=None)
    _narrow_versions()
    with op.batch_alter_table("course") as batch:
        for name in ("description", "tags", "words", "retired_at", "version"):
            batch.drop_column(name)


def _widen_courses() -> None:
    with op.batch_alter_table("course") as batch:
        batch.add_column(
            sa.Column("description", _text, nullable=False, server_default='{"zh": "", "en": ""}')
        )
        batch.add_column(sa.Column("tags", _document, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("words", sa.String(2_000), nullable=False, server_default=""))
        batch.add_column(sa.Column("retired_at", UtcDateTime()))
        batch.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    course = sa.table(
        "course", sa.column("id", sa.Uuid()), sa.column("code"), sa.column("title", _text), sa.column("words")
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(course.c.id, course.c.code, course.c.title)).all():
        title = _read(row.title)
        words = "\n".join((row.code, title["zh"], title["en"])).lower()[:2_000]
        connection.execute(sa.update(course).where(course.c.id == row.id).values(words=words))
    with op.batch_alter_table("course") as batch:
        for name in ("description", "tags", "words", "version"):
            batch.alter_column(name, server_default=None)


def _widen_versions() -> None:
    with op.batch_alter_table("course_version") as batch:
        batch.add_column(sa.Column("parts", _document, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("retrain", sa.Boolean, nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("retrain_days", sa.Integer))
    version = _version_table()
    connection = op.get_bind()
    for row in connection.execute(sa.select(version.c.id, version.c.body, version.c.quiz)).all():
        parts = parts_of(_read(row.body), _read(row.quiz))
        connection.execute(sa.update(version).where(version.c.id == row.id).values(parts=parts))
    with op.batch_alter_table("course_version") as batch:
        for name in ("body", "quiz", "pass_mark"):
            batch.drop_column(name)
        batch.alter_column("parts", server_default=None)
        batch.alter_column("retrain", server_default=None)


def _narrow_versions() -> None:
    with op.batch_alter_table("course_version") as batch:
        batch.add_column(sa.Column("body", _text, nullable=False, server_default='{"zh": "", "en": ""}'))
        batch.add_column(sa.Column("quiz", _document, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("pass_mark", sa.Integer, nullable=False, server_default="80"))
    version = _version_table()
    connection = op.get_bind()
    for row in connection.execute(sa.select(version.c.id, version.c.parts)).all():
        texts = [one["text"] for one in _read(row.parts) if one["kind"] == "text"]
        body = {locale: "\n\n".join(one[locale] for one in texts) for locale in ("zh", "en")}
        connection.execute(sa.update(version).where(version.c.id == row.id).values(body=body))
    with op.batch_alter_table("course_version") as batch:
        for name in ("parts", "retrain", "retrain_days"):
            batch.drop_column(name)
        for name in ("body", "quiz", "pass_mark"):
            batch.alter_column(name, server_default=None)


def parts_of(body: Mapping[str, str], quiz: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a version's parts from its text and the questions beside it."""
    parts = [{"kind": "text", "id": "text", "title": {"zh": "课文", "en": "Text"}, "text": dict(body)}]
    if quiz:
        title = {"zh": "自测题", "en": "Questions to think about"}
        text = {
            locale: f"# {title[locale]}\n\n"
            + "\n\n".join(
                f"{number}. {one['question'][locale]}\n"
                + "\n".join(f"    - {option[locale]}" for option in one["options"])
                for number, one in enumerate(quiz, start=1)
            )
            for locale in ("zh", "en")
        }
        parts.append({"kind": "text", "id": "questions", "title": title, "text": text})
    return parts


def _create_progress() -> None:
    op.create_table(
        "part_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("met_at", UtcDateTime()),
        sa.Column("reference", sa.String(200)),
        sa.Column("score", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_progress")),
        _reference("part_progress", "attempt_id", "attempt"),
        sa.UniqueConstraint("attempt_id", "part_id", name=op.f("uq_part_progress_attempt_id_part_id")),
        _one_of("part_progress", "partkind", "kind", *_KINDS),
    )


def _create_watching() -> None:
    op.create_table(
        "video_watch",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("watched", _document, nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("spare_ms", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "part_id", name=op.f("pk_video_watch")),
        _reference("video_watch", "attempt_id", "attempt"),
    )


def _create_acknowledgement() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.String(80), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("printed_name", sa.String(200), nullable=False),
        sa.Column("meaning", sa.String(40), nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("language", sa.String(4), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        _reference("acknowledgement", "attempt_id", "attempt"),
        sa.UniqueConstraint("attempt_id", "part_id", name=op.f("uq_acknowledgement_attempt_id_part_id")),
    )
    op.create_index(op.f("ix_acknowledgement_person_id"), "acknowledgement", ["person_id"])


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.String(80), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("handed_in_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("decided_by", sa.String(80)),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        _reference("evidence", "attempt_id", "attempt"),
        _reference("evidence", "assignment_id", "assignment"),
        _reference("evidence", "course_id", "course"),
        _one_of("evidence", "evidencestatus", "status", "handed_in", "accepted", "returned"),
    )
    op.create_index("ix_evidence_status_handed_in_at", "evidence", ["status", "handed_in_at", "id"])
    op.create_index("ix_evidence_person", "evidence", ["person_id", "handed_in_at"])
    waiting = sa.text("status = 'handed_in'")
    op.create_index(
        "uq_evidence_waiting",
        "evidence",
        ["attempt_id", "part_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _version_table() -> sa.TableClause:
    return sa.table(
        "course_version",
        sa.column("id", sa.Uuid()),
        sa.column("body", _text),
        sa.column("quiz", _document),
        sa.column("parts", _document),
    )


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))
