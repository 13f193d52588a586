"""Assignments by hand, extensions, exceptions, waivers and what stands in for courses, notices, and the outbox."""

import sqlalchemy as sa
from alembic import op

import shared.mail.schema
from shared.core.ids import new_id
from shared.db.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ORIGINS = ("audience", "hand", "csv", "retraining")
_KINDS = (
    *("due", "overdue", "team_overdue", "asked", "assigned", "extended"),
    *("exception_granted", "exception_refused", "waiver_granted", "waiver_refused", "waiver_revoked"),
    *("exempted", "exemption_ended"),
)
# Days after the due date, how often again, and whether the manager is told.
_STAGES = ((-14, None, False), (-3, None, False), (1, None, True), (7, 7, True))


def upgrade() -> None:
    """Expand."""
    _create_waivers()
    with op.batch_alter_table("assignment") as batch:
        batch.alter_column("requirement_id", existing_type=sa.Uuid(), nullable=True)
        batch.alter_column("curriculum_id", existing_type=sa.Uuid(), nullable=True)
        batch.add_column(sa.Column("origin", sa.String(40), nullable=False, server_default="audience"))
        batch.add_column(sa.Column("note", sa.Text))
        batch.add_column(sa.Column("credit_id", sa.Uuid()))
        batch.create_check_constraint(op.f("ck_assignment_origin"), _listed("origin", *_ORIGINS))
        batch.create_foreign_key(
            op.f("fk_assignment_credit_id_course_credit"), "course_credit", ["credit_id"], ["id"]
        )
    with op.batch_alter_table("assignment") as batch:
        batch.alter_column("origin", existing_type=sa.String(40), server_default=None)
    _create_extension()
    _create_exception()
    _create_notices()
    shared.mail.schema.create_v1(op)
    # What the earlier table said stands in the log.
    op.drop_index("ix_reminder_person", "reminder")
    op.drop_table("reminder")


def downgrade() -> None:
    """Undo: assignments that no learning path asks for, and what came of them, are lost."""
    _create_earlier_reminder()
    shared.mail.schema.drop_v1(op)
    for table in ("reminder_stage", "notice_preference", "notice", "due_exception", "assignment_extension"):
        op.drop_table(table)
    op.execute("DELETE FROM assignment WHERE requirement_id IS NULL")
    with op.batch_alter_table("assignment") as batch:
        batch.drop_constraint(op.f("fk_assignment_credit_id_course_credit"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_assignment_origin"), type_="check")
        for column in ("credit_id", "note", "origin"):
            batch.drop_column(column)
        batch.alter_column("curriculum_id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("requirement_id", existing_type=sa.Uuid(), nullable=False)
    for table in ("course_credit", "equivalence", "waiver"):
        op.drop_table(table)


def _create_waivers() -> None:
    op.create_table(
        "waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence_sha256", sa.String(64)),
        sa.Column("evidence_name", sa.String(200)),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.Uuid()),
        sa.Column("until", sa.Date),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decision_reason", sa.Text),
        sa.Column("revoked_at", UtcDateTime()),
        sa.Column("revoke_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        _reference("waiver", "course_id", "course"),
        _one_of(
            "waiver",
            "waiverstatus",
            "status",
            *("requested", "granted", "refused", "withdrawn", "revoked"),
        ),
    )
    op.create_index("ix_waiver_status_requested_at", "waiver", ["status", "requested_at", "id"])
    op.create_index("ix_waiver_person_course", "waiver", ["person_id", "course_id"])
    _index_where(
        "uq_waiver_requested", "waiver", ["person_id", "course_id"], "status = 'requested'", unique=True
    )
    op.create_table(
        "equivalence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("by_course_id", sa.Uuid(), nullable=False),
        sa.Column("max_age_months", sa.Integer),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalence")),
        _reference("equivalence", "course_id", "course"),
        _reference("equivalence", "by_course_id", "course"),
    )
    _index_where(
        "uq_equivalence_in_force",
        "equivalence",
        ["course_id", "by_course_id"],
        "ended_at IS NULL",
        unique=True,
    )
    op.create_index("ix_equivalence_by_course", "equivalence", ["by_course_id"])
    op.create_table(
        "course_credit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("given_by", sa.Uuid()),
        sa.Column("source_id", sa.Uuid()),
        sa.Column("equivalence_id", sa.Uuid()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("end_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_credit")),
        _reference("course_credit", "course_id", "course"),
        _reference("course_credit", "equivalence_id", "equivalence"),
        sa.UniqueConstraint(
            "equivalence_id", "source_id", name=op.f("uq_course_credit_equivalence_id_source_id")
        ),
        _one_of("course_credit", "creditkind", "kind", "waiver", "exemption", "equivalent", "earlier"),
    )
    op.create_index("ix_course_credit_person_course", "course_credit", ["person_id", "course_id"])
    op.create_index("ix_course_credit_source", "course_credit", ["source_id"])


def _create_extension() -> None:
    op.create_table(
        "assignment_extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("due_before", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("given_by", sa.Uuid()),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_extension")),
        _reference("assignment_extension", "assignment_id", "assignment"),
    )
    op.create_index(
        "ix_assignment_extension_assignment", "assignment_extension", ["assignment_id", "given_at"]
    )


def _create_exception() -> None:
    op.create_table(
        "due_exception",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("wished_on", sa.Date),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.Uuid()),
        sa.Column("granted_on", sa.Date),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decision_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_exception")),
        _reference("due_exception", "assignment_id", "assignment"),
        _reference("due_exception", "course_id", "course"),
        _one_of(
            "due_exception",
            "cause",
            "cause",
            *("asked", "before_start", "on_leave", "no_version", "no_session"),
        ),
        _one_of(
            "due_exception",
            "exceptionstatus",
            "status",
            *("requested", "granted", "refused", "withdrawn"),
        ),
    )
    op.create_index("ix_due_exception_status_requested_at", "due_exception", ["status", "requested_at", "id"])
    op.create_index("ix_due_exception_assignment", "due_exception", ["assignment_id"])
    _index_where(
        "uq_due_exception_requested", "due_exception", ["assignment_id"], "status = 'requested'", unique=True
    )


def _create_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("assignment_id", sa.Uuid()),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid()),
        sa.Column("due_on", sa.Date),
        sa.Column("stage", sa.Integer),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime()),
        sa.Column("mail_key", sa.String(200)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
        _reference("notice", "course_id", "course"),
        _one_of("notice", "noticekind", "kind", *_KINDS),
    )
    op.create_index("ix_notice_person", "notice", ["person_id", "given_at"])
    op.create_index("ix_notice_assignment", "notice", ["assignment_id", "kind", "due_on"])
    _index_where("ix_notice_unread", "notice", ["person_id"], "read_at IS NULL", unique=False)
    _index_where("ix_notice_unmailed", "notice", ["day", "person_id"], "mail_key IS NULL", unique=False)
    op.create_table(
        "notice_preference",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("by_mail", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_preference")),
    )
    stages = op.create_table(
        "reminder_stage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("every", sa.Integer),
        sa.Column("tells_manager", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_stage")),
        sa.UniqueConstraint("days", name=op.f("uq_reminder_stage_days")),
        sa.CheckConstraint(
            "every IS NULL OR (every > 0 AND days > 0)", name=op.f("ck_reminder_stage_every_after_due")
        ),
    )
    op.bulk_insert(
        stages,
        [
            {"id": new_id(), "days": days, "every": every, "tells_manager": tells}
            for days, every, tells in _STAGES
        ],
    )


def _create_earlier_reminder() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("mark", sa.Date, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        _last_event(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        _reference("reminder", "assignment_id", "assignment"),
        sa.UniqueConstraint(
            "assignment_id", "kind", "mark", name=op.f("uq_reminder_assignment_id_kind_mark")
        ),
        _one_of(
            "reminder",
            "reminderkind",
            "kind",
            *("due_in_14", "due_in_3", "overdue", "overdue_14", "manager"),
        ),
    )
    op.create_index("ix_reminder_person", "reminder", ["person_id", "sent_at"])


def _last_event() -> sa.Column[object]:
    return sa.Column("last_event_id", sa.Uuid(), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _listed(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(_listed(column, *values), name=op.f(f"ck_{table}_{name}"))


def _index_where(name: str, table: str, columns: list[str], condition: str, *, unique: bool) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
