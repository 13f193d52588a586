"""The tables of the platform and of contracts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db import schema as platform
from shared.db.types import LocalizedTextType, UtcDateTime
from shared.directory import schema as directory
from shared.eventlog import schema as eventlog
from shared.jobs import schema as jobs

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Create everything."""
    platform.create_v1(op)
    eventlog.create_v1(op)
    jobs.create_v1(op)
    directory.create_v1(op)
    _create_counterparties()
    _create_contracts()
    _create_policies()
    _create_reviews()
    _create_receivables()


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "receipt", "receivable_ownership", "receivable", "review_step", "review_round", "approval_policy",
        "contract_approval", "contract_version", "file_content", "contract", "counterparty",
    ):  # fmt: skip
        op.drop_table(table)
    directory.drop_v1(op)
    jobs.drop_v1(op)
    eventlog.drop_v1(op)
    platform.drop_v1(op)


def _create_counterparties() -> None:
    op.create_table(
        "counterparty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            _one_of(
                "counterpartykind",
                "public_hospital",
                "private_hospital",
                "primary_care",
                "research_institute",
                "distributor",
            ),
            nullable=False,
        ),
        sa.Column("name", LocalizedTextType(), nullable=False),
        sa.Column("sort_name", sa.String(400), nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counterparty")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_counterparty_credit_code")),
    )
    op.create_index("ix_counterparty_kind", "counterparty", ["kind", "id"])


def _create_contracts() -> None:
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column(
            "type",
            _one_of(
                "contracttype",
                "sales",
                "distribution",
                "tender",
                "consignment",
                "equipment_placement",
                "service",
                "hcp_consultancy",
            ),
            nullable=False,
        ),
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("product_lines", _DOCUMENT, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("signed_on", sa.Date()),
        sa.Column("effective_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column(
            "status",
            _one_of(
                "contractstatus",
                "request",
                "drafting",
                "in_review",
                "approved",
                "in_signature",
                "in_effect",
                "expired",
                "terminated",
                "superseded",
            ),
            nullable=False,
        ),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_contract_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_contract_counterparty_id_counterparty")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("number", name=op.f("uq_contract_number")),
    )
    op.create_index("ix_contract_counterparty", "contract", ["counterparty_id"])
    op.create_index("ix_contract_owner", "contract", ["owner_id", "requested_at"])
    op.create_index("ix_contract_requested", "contract", ["requested_at", "id"])
    op.create_index("ix_contract_status", "contract", ["status", "id"])
    op.create_table(
        "file_content",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_content")),
    )
    op.create_table(
        "contract_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column(
            "status", _one_of("versionstatus", "draft", "submitted", "superseded", "executed"), nullable=False
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("submitted_at", UtcDateTime()),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_version_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["file_content.sha256"], name=op.f("fk_contract_version_sha256_file_content")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_version")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_version_contract_id_number")),
    )
    op.create_table(
        "contract_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=False),
        sa.Column("voided_at", UtcDateTime()),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_approval_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["contract_version.id"],
            name=op.f("fk_contract_approval_version_id_contract_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_approval")),
    )
    op.create_index("ix_contract_approval_contract", "contract_approval", ["contract_id", "approved_at"])
    op.create_index(
        "uq_contract_approval_standing",
        "contract_approval",
        ["contract_id"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
        sqlite_where=sa.text("voided_at IS NULL"),
    )


def _create_policies() -> None:
    op.create_table(
        "approval_policy",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("types", _DOCUMENT, nullable=False),
        sa.Column("amount_from_minor", sa.BigInteger()),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("mode", _one_of("mode", "all", "any"), nullable=False),
        sa.Column("steps", _DOCUMENT, nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_approval_policy")),
        sa.UniqueConstraint("priority", name=op.f("uq_approval_policy_priority")),
    )


def _create_reviews() -> None:
    op.create_table(
        "review_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("policy_code", sa.String(40), nullable=False),
        sa.Column("mode", _one_of("mode", "all", "any"), nullable=False),
        sa.Column(
            "status",
            _one_of("roundstatus", "open", "approved", "changes_requested", "withdrawn"),
            nullable=False,
        ),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("decisions", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_review_round_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["contract_version.id"], name=op.f("fk_review_round_version_id_contract_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_round")),
    )
    op.create_index("ix_review_round_contract", "review_round", ["contract_id", "opened_at"])
    op.create_index(
        "uq_review_round_open",
        "review_round",
        ["contract_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
        sqlite_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "review_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column(
            "status",
            _one_of("stepstatus", "waiting", "pending", "approved", "rejected", "delegated", "cancelled"),
            nullable=False,
        ),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_person_id", sa.Uuid()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("seen_sha256", sa.String(64)),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_round.id"], name=op.f("fk_review_step_round_id_review_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_step")),
        sa.UniqueConstraint("round_id", "decided_by", name=op.f("uq_review_step_round_id_decided_by")),
    )
    op.create_index("ix_review_step_queue", "review_step", ["status", "role", "due_at", "id"])


def _create_receivables() -> None:
    op.create_table(
        "receivable",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("counterparty_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_no", sa.String(40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "settlement", _one_of("settlement", "open", "disputed", "paid", "written_off"), nullable=False
        ),
        sa.Column("settled_on", sa.Date()),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_receivable_amount_positive")),
        sa.CheckConstraint(
            "paid_minor >= 0 AND paid_minor <= amount_minor", name=op.f("ck_receivable_paid_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_receivable_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(
            ["counterparty_id"], ["counterparty.id"], name=op.f("fk_receivable_counterparty_id_counterparty")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivable")),
        sa.UniqueConstraint("invoice_no", name=op.f("uq_receivable_invoice_no")),
    )
    op.create_index("ix_receivable_contract", "receivable", ["contract_id"])
    op.create_index("ix_receivable_counterparty", "receivable", ["counterparty_id"])
    op.create_index("ix_receivable_owner", "receivable", ["owner_id", "due_on"])
    op.create_index("ix_receivable_settlement_due", "receivable", ["settlement", "due_on", "id"])
    op.create_table(
        "receivable_ownership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receivable_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receivable_id"],
            ["receivable.id"],
            name=op.f("fk_receivable_ownership_receivable_id_receivable"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivable_ownership")),
    )
    op.create_index("ix_receivable_ownership_receivable", "receivable_ownership", ["receivable_id", "since"])
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receivable_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(80), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_receipt_amount_positive")),
        sa.ForeignKeyConstraint(
            ["receivable_id"], ["receivable.id"], name=op.f("fk_receipt_receivable_id_receivable")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("receivable_id", "reference", name=op.f("uq_receipt_receivable_id_reference")),
    )


def _one_of(name: str, *values: str) -> sa.Enum:
    """Return a text column type with a CHECK that it is one of the values."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
