"""Cases, and the holds and sanctions in them."""

import sqlalchemy as sa
from alembic import op

from shared.db.types import JsonDocument, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('proposed', 'effective', 'ending')")
_TABLES = (
    "compliance_officer",
    "red_line_case",
    "case_subject",
    "case_officer",
    "case_entry",
    "interim_hold",
    "sanction",
)


def upgrade() -> None:
    """Create the tables."""
    _compliance_officer()
    _red_line_case()
    _case_subject()
    _case_officer()
    _case_entry()
    _interim_hold()
    _sanction()


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _code(table: str, name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=f"ck_{table}_{name}", native_enum=False, create_constraint=True, length=40)


def _compliance_officer() -> None:
    op.create_table(
        "compliance_officer",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("account_id", name="pk_compliance_officer"),
    )


def _red_line_case() -> None:
    op.create_table(
        "red_line_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("severity", _code("red_line_case", "severity", "S1", "S2", "S3"), nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            _code("red_line_case", "casestatus", "triage", "investigation", "findings", "decision", "closed"),
            nullable=False,
        ),
        sa.Column("status_since", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column(
            "outcome",
            _code(
                "red_line_case",
                "outcome",
                "substantiated",
                "partly",
                "unsubstantiated",
                "insufficient_evidence",
            ),
        ),
        sa.Column("summary", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category"], ["red_line_category.code"], name="fk_red_line_case_category_red_line_category"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_red_line_case"),
        sa.UniqueConstraint("code", name="uq_red_line_case_code"),
    )
    op.create_index("ix_red_line_case_status_status_since", "red_line_case", ["status", "status_since"])


def _case_subject() -> None:
    op.create_table(
        "case_subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["red_line_case.id"], name="fk_case_subject_case_id_red_line_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_subject"),
        sa.UniqueConstraint("case_id", "person_id", name="uq_case_subject_case_id_person_id"),
    )
    op.create_index("ix_case_subject_person_id", "case_subject", ["person_id"])


def _case_officer() -> None:
    op.create_table(
        "case_officer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("recused_at", UtcDateTime()),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["red_line_case.id"], name="fk_case_officer_case_id_red_line_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_officer"),
        sa.UniqueConstraint("case_id", "account_id", name="uq_case_officer_case_id_account_id"),
    )
    op.create_index("ix_case_officer_account_id_case_id", "case_officer", ["account_id", "case_id"])


def _case_entry() -> None:
    op.create_table(
        "case_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column(
            "kind",
            _code(
                "case_entry",
                "entrykind",
                "opened",
                "note",
                "investigation",
                "findings",
                "decision",
                "officer_added",
                "officer_recused",
                "subject_named",
                "hold_proposed",
                "hold_approved",
                "hold_refused",
                "hold_withdrawn",
                "hold_ending_proposed",
                "hold_ended",
                "hold_kept",
                "sanction_proposed",
                "sanction_approved",
                "sanction_refused",
                "sanction_withdrawn",
                "closed",
                "reopened",
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("body", sa.Text()),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["red_line_case.id"], name="fk_case_entry_case_id_red_line_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_entry"),
    )
    op.create_index("ix_case_entry_case_id_at", "case_entry", ["case_id", "at"])


def _interim_hold() -> None:
    op.create_table(
        "interim_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "status",
            _code(
                "interim_hold",
                "holdstatus",
                "proposed",
                "effective",
                "ending",
                "ended",
                "refused",
                "withdrawn",
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_person_id", sa.Uuid()),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("end_reason", sa.Text()),
        sa.Column("end_proposed_by", sa.Uuid()),
        sa.Column("end_proposed_person_id", sa.Uuid()),
        sa.Column("end_proposed_at", UtcDateTime()),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["red_line_case.id"], name="fk_interim_hold_case_id_red_line_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_interim_hold"),
        sa.UniqueConstraint("reference", name="uq_interim_hold_reference"),
    )
    op.create_index(
        "uq_interim_hold_open",
        "interim_hold",
        ["case_id", "person_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _sanction() -> None:
    op.create_table(
        "sanction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Uuid(), nullable=False),
        sa.Column("kind", _code("sanction", "sanctionkind", "incentive_forfeiture"), nullable=False),
        sa.Column("periods", JsonDocument, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "status",
            _code("sanction", "sanctionstatus", "proposed", "approved", "refused", "withdrawn"),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_person_id", sa.Uuid()),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["red_line_case.id"], name="fk_sanction_case_id_red_line_case"),
        sa.PrimaryKeyConstraint("id", name="pk_sanction"),
        sa.UniqueConstraint("reference", name="uq_sanction_reference"),
    )
    op.create_index("ix_sanction_case_id", "sanction", ["case_id"])
