"""Sessions with an instructor: bookings, notices, feedback, cases and calendar feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_text = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Expand."""
    _create_session()
    _create_booking()
    _create_notice()
    _create_feedback()
    _create_case()
    _create_feed()


def downgrade() -> None:
    """Undo."""
    for table in (
        *("calendar_feed", "seminar_case", "session_feedback", "booking_notice", "booking"),
        *("check_in_key", "training_session"),
    ):
        op.drop_table(table)


def _create_session() -> None:
    op.create_table(
        "training_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("course_id", sa.Uuid()),
        sa.Column("title", _text, nullable=False),
        sa.Column("about", _text, nullable=False),
        sa.Column("instructor_kind", sa.String(40), nullable=False),
        sa.Column("instructor_id", sa.Uuid()),
        sa.Column("instructor_name", sa.String(200), nullable=False),
        sa.Column("affiliation", sa.String(200), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("book_until", UtcDateTime(), nullable=False),
        sa.Column("cancel_until", UtcDateTime(), nullable=False),
        sa.Column("for_positions", sa.String(400), nullable=False),
        sa.Column("for_regions", sa.String(400), nullable=False),
        sa.Column("for_lines", sa.String(400), nullable=False),
        sa.Column("hired_from", sa.Date),
        sa.Column("hired_until", sa.Date),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("cancel_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
        _reference("training_session", "course_id", "course"),
        _one_of(
            "training_session", "sessionstatus", "status", "planned", "open", "held", "closed", "cancelled"
        ),
        _one_of("training_session", "sessionkind", "kind", "lecture", "workshop", "webinar", "case_seminar"),
        _one_of("training_session", "instructorkind", "instructor_kind", "rnd", "clinical", "trainer"),
        _one_of("training_session", "language", "language", "zh", "en", "both"),
    )
    op.create_index("ix_training_session_starts_at_id", "training_session", ["starts_at", "id"])
    op.create_index("ix_training_session_course", "training_session", ["course_id"])
    op.create_table(
        "check_in_key",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_check_in_key")),
        _reference("check_in_key", "session_id", "training_session"),
    )


def _create_booking() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("promoted_at", UtcDateTime()),
        sa.Column("cancelled_at", UtcDateTime()),
        sa.Column("cancel_reason", sa.String(40)),
        sa.Column("presence", sa.String(40)),
        sa.Column("minutes", sa.Integer),
        sa.Column("marked_at", UtcDateTime()),
        sa.Column("marked_by", sa.String(40)),
        sa.Column("correction", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        _reference("booking", "session_id", "training_session"),
        sa.UniqueConstraint("session_id", "turn", name=op.f("uq_booking_session_id_turn")),
        _one_of("booking", "bookingstatus", "status", "booked", "waiting", "attended", "absent", "cancelled"),
        _one_of("booking", "channel", "channel", "self", "manager", "trainer", "walk_in"),
        _one_of(
            "booking",
            "cancelreason",
            "cancel_reason",
            *("own_wish", "manager", "trainer", "session_cancelled", "left", "not_reached"),
        ),
        _one_of("booking", "presence", "presence", "present", "late", "absent"),
        _one_of("booking", "means", "marked_by", "roll", "code"),
    )
    op.create_index("ix_booking_person", "booking", ["person_id", "status"])
    where = sa.text("status <> 'cancelled'")
    op.create_index(
        "uq_booking_person",
        "booking",
        ["session_id", "person_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _create_notice() -> None:
    op.create_table(
        "booking_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("mark", sa.Integer, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_notice")),
        _reference("booking_notice", "booking_id", "booking"),
        _reference("booking_notice", "session_id", "training_session"),
        sa.UniqueConstraint(
            "booking_id", "kind", "mark", name=op.f("uq_booking_notice_booking_id_kind_mark")
        ),
        _one_of(
            "booking_notice",
            "noticekind",
            "kind",
            *("booked_for_you", "promoted", "moved", "taken_off", "session_cancelled", "tomorrow"),
        ),
    )
    op.create_index("ix_booking_notice_person", "booking_notice", ["person_id", "sent_at"])


def _create_feedback() -> None:
    op.create_table(
        "session_feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Integer, nullable=False),
        sa.Column("instructor", sa.Integer, nullable=False),
        sa.Column("relevance", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("given_on", sa.Date, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_feedback")),
        _reference("session_feedback", "session_id", "training_session"),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_session_feedback_session_id_person_id")),
    )


def _create_case() -> None:
    op.create_table(
        "seminar_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("title", _text, nullable=False),
        sa.Column("text", _text, nullable=False),
        sa.Column("files", _document, nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("entry_id", sa.Uuid()),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seminar_case")),
        _reference("seminar_case", "session_id", "training_session"),
        sa.UniqueConstraint("session_id", name=op.f("uq_seminar_case_session_id")),
    )


def _create_feed() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime()),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    where = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_calendar_feed_person",
        "calendar_feed",
        ["person_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _last_event() -> sa.Column[object]:
    return sa.Column("last_event_id", sa.Uuid(), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))
