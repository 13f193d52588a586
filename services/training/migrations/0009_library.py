"""The library: entries, versions, readers, and the full-text index over them on either engine."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_text = sa.JSON().with_variant(JSONB(), "postgresql")

# SQLite keeps the index in a table of its own beside the passages, which triggers keep in step; passages are
# never updated. `terms` holds ASCII words with spaces between them, so the plainest tokenizer reads them.
_SQLITE_INDEX = (
    """CREATE VIRTUAL TABLE passage_fts USING fts5(
        terms, content='passage', content_rowid='id', tokenize='ascii', columnsize=0)""",
    """CREATE TRIGGER passage_fts_insert AFTER INSERT ON passage BEGIN
        INSERT INTO passage_fts (rowid, terms) VALUES (new.id, new.terms); END""",
    """CREATE TRIGGER passage_fts_delete AFTER DELETE ON passage BEGIN
        INSERT INTO passage_fts (passage_fts, rowid, terms) VALUES ('delete', old.id, old.terms); END""",
)


def upgrade() -> None:
    """Expand."""
    _create_passage()
    op.create_table(
        "library_audience",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("rule", _document, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_library_audience")),
    )
    _create_entry()
    _create_version()
    _create_readers()


def downgrade() -> None:
    """Undo."""
    for table in (
        *("library_visit", "library_reading", "library_version", "library_entry", "library_audience"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE passage_fts")
    op.drop_table("passage")


def _create_passage() -> None:
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    op.create_index("ix_passage_subject", "passage", ["subject_id", "source"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE_INDEX:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX ix_passage_fts ON passage USING gin (to_tsvector('simple', terms))")


def _create_entry() -> None:
    op.create_table(
        "library_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", _text, nullable=False),
        sa.Column("summary", _text, nullable=False),
        sa.Column("tags", sa.String(600), nullable=False),
        sa.Column("product_lines", sa.String(200), nullable=False),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("audience_key", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entry")),
        sa.ForeignKeyConstraint(
            ["audience_key"],
            ["library_audience.key"],
            name=op.f("fk_library_entry_audience_key_library_audience"),
        ),
        _one_of(
            "library_entry",
            "entrykind",
            "kind",
            *("product", "competitor", "case", "report", "regulation"),
        ),
    )
    op.create_index("ix_library_entry_audience_key", "library_entry", ["audience_key"])
    op.create_index("ix_library_entry_owner_id", "library_entry", ["owner_id"])


def _create_version() -> None:
    op.create_table(
        "library_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("body", _text, nullable=False),
        sa.Column("files", _document, nullable=False),
        sa.Column("links", _document, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("source_on", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("content_sha256", sa.LargeBinary(32)),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_version")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["library_entry.id"], name=op.f("fk_library_version_entry_id_library_entry")
        ),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_library_version_entry_id_number")),
        _one_of(
            "library_version",
            "versionstatus",
            "status",
            *("draft", "published", "superseded", "retired"),
        ),
    )
    for name, status in (("draft", "draft"), ("published", "published")):
        where = sa.text(f"status = '{status}'")
        op.create_index(
            f"uq_library_version_{name}",
            "library_version",
            ["entry_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_index(
        "ix_library_version_status_published_at", "library_version", ["status", "published_at", "id"]
    )


def _create_readers() -> None:
    op.create_table(
        "library_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_reading")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["library_version.id"],
            name=op.f("fk_library_reading_version_id_library_version"),
        ),
        sa.UniqueConstraint("version_id", "person_id", name=op.f("uq_library_reading_version_id_person_id")),
    )
    op.create_index("ix_library_reading_person_id_read_at", "library_reading", ["person_id", "read_at"])
    op.create_table(
        "library_visit",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("previous_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_library_visit")),
    )


def _last_event() -> sa.Column[object]:
    return sa.Column("last_event_id", sa.Uuid(), nullable=False)


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))
