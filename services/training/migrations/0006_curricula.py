"""Steps of paths with choices and an order, revisions as they were, certification periods, grace."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_document = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Expand: each requirement there is becomes a step of its own."""
    with op.batch_alter_table("curriculum") as table:
        table.add_column(sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    with op.batch_alter_table("curriculum") as table:
        table.alter_column("revision", server_default=None)
    _create_groups()
    _create_revisions()
    _create_proposals()
    _create_periods()
    with op.batch_alter_table("assignment") as table:
        table.add_column(sa.Column("grace_days", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("choice_id", sa.Uuid()))
    with op.batch_alter_table("assignment") as table:
        table.alter_column("grace_days", server_default=None)
    _index_where("ix_assignment_choice", "assignment", ["choice_id"], "choice_id IS NOT NULL", unique=False)


def downgrade() -> None:
    """Undo; of a choice, every course becomes a requirement."""
    op.drop_index("ix_assignment_choice", "assignment")
    with op.batch_alter_table("assignment") as table:
        table.drop_column("choice_id")
        table.drop_column("grace_days")
    for name in ("certification_period", "curriculum_proposal_change", "curriculum_proposal"):
        op.drop_table(name)
    op.drop_table("curriculum_revision")
    with op.batch_alter_table("requirement") as table:
        table.add_column(sa.Column("extra_days", sa.Integer, nullable=False, server_default="0"))
    op.drop_index("ix_requirement_group", "requirement")
    with op.batch_alter_table("requirement") as table:
        table.drop_constraint(op.f("fk_requirement_group_id_requirement_group"), type_="foreignkey")
        table.drop_column("group_id")
        table.alter_column("extra_days", server_default=None)
    op.drop_table("requirement_group")
    with op.batch_alter_table("curriculum") as table:
        table.drop_column("revision")


def _create_groups() -> None:
    op.create_table(
        "requirement_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("curriculum_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("need", sa.Integer, nullable=False),
        sa.Column("extra_days", sa.Integer, nullable=False),
        sa.Column("opens", sa.String(40), nullable=False),
        sa.Column("after", _document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_group")),
        _reference("requirement_group", "curriculum_id", "curriculum"),
        _one_of("requirement_group", "opens", "opens", "at_once", "after_before", "after_named"),
    )
    op.create_index("ix_requirement_group_curriculum", "requirement_group", ["curriculum_id", "position"])
    op.execute(
        'INSERT INTO requirement_group (id, curriculum_id, position, need, extra_days, opens, "after") '
        "SELECT id, curriculum_id, position, 1, extra_days, 'at_once', '[]' FROM requirement"
    )
    with op.batch_alter_table("requirement") as table:
        table.add_column(sa.Column("group_id", sa.Uuid()))
        table.create_foreign_key(
            op.f("fk_requirement_group_id_requirement_group"), "requirement_group", ["group_id"], ["id"]
        )
        table.drop_column("extra_days")
    op.execute("UPDATE requirement SET group_id = id, position = 1")
    op.create_index("ix_requirement_group", "requirement", ["group_id"])


def _create_revisions() -> None:
    op.create_table(
        "curriculum_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("curriculum_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("content", _document, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("impact_sha256", sa.LargeBinary(32)),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum_revision")),
        _reference("curriculum_revision", "curriculum_id", "curriculum"),
        sa.UniqueConstraint(
            "curriculum_id", "number", name=op.f("uq_curriculum_revision_curriculum_id_number")
        ),
    )


def _create_proposals() -> None:
    op.create_table(
        "curriculum_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("curriculum_id", sa.Uuid(), nullable=False),
        sa.Column("base_revision", sa.Integer, nullable=False),
        sa.Column("content", _document, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("counted_at", UtcDateTime()),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("counts", _document, nullable=False),
        sa.Column("impact_sha256", sa.LargeBinary(32)),
        sa.Column("job_id", sa.Uuid()),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum_proposal")),
        _reference("curriculum_proposal", "curriculum_id", "curriculum"),
        _one_of(
            "curriculum_proposal", "proposalstatus", "status", "counting", "ready", "confirmed", "dropped"
        ),
    )
    op.create_index("ix_curriculum_proposal_curriculum", "curriculum_proposal", ["curriculum_id", "made_at"])
    op.create_table(
        "curriculum_proposal_change",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("due_before", sa.Date),
        sa.Column("due_after", sa.Date),
        sa.PrimaryKeyConstraint(
            "proposal_id", "person_id", "course_id", name=op.f("pk_curriculum_proposal_change")
        ),
        _reference("curriculum_proposal_change", "proposal_id", "curriculum_proposal"),
        _reference("curriculum_proposal_change", "course_id", "course"),
        _one_of("curriculum_proposal_change", "changekind", "kind", "assign", "cancel", "move"),
    )


def _create_periods() -> None:
    op.create_table(
        "certification_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid()),
        sa.Column("predecessor_id", sa.Uuid()),
        sa.Column("earned_at", UtcDateTime(), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("window_start", sa.Date),
        sa.Column("due", sa.Date),
        sa.Column("window_end", sa.Date),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("archived_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_period")),
        _reference("certification_period", "course_id", "course"),
        _reference("certification_period", "certificate_id", "certificate"),
        _reference("certification_period", "predecessor_id", "certification_period"),
        _one_of("certification_period", "periodstatus", "status", "certified", "recertified", "revoked"),
    )
    for name, columns, unique in (
        ("ix_certification_period_person_course", ["person_id", "course_id"], False),
        ("ix_certification_period_valid_until", ["valid_until"], False),
        ("uq_certification_period_predecessor", ["predecessor_id"], True),
        ("uq_certification_period_assignment", ["assignment_id"], True),
    ):
        op.create_index(name, "certification_period", columns, unique=unique)
    _index_where(
        "uq_certification_period_certified",
        "certification_period",
        ["person_id", "course_id"],
        "status = 'certified'",
        unique=True,
    )


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _one_of(table: str, name: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def _index_where(name: str, table: str, columns: list[str], condition: str, *, unique: bool) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
