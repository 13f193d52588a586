"""The tables of the platform and of eligibility, and the pay policy the product comes with, in force."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.eligibility.policies.models import PolicyVersion
from services.eligibility.policies.rules import PolicyStatus
from services.eligibility.policies.seed import default_policy
from shared.core.ids import new_id
from shared.core.text import LocalizedText
from shared.db import schema as platform
from shared.db.types import LocalizedTextType, UtcDateTime
from shared.directory import schema as directory
from shared.eventlog import Entry, append_many, row_state
from shared.eventlog import schema as eventlog
from shared.jobs import schema as jobs
from shared.messages.eligibility import PolicyActivated

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
    _create_facts()
    _create_person_version()
    _create_policy_version()
    _create_payout_run()
    _create_payout_line()
    _put_policy_in_force()


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "payout_line", "payout_run", "policy_version", "statement", "person_version", "coverage", "impediment",
    ):  # fmt: skip
        op.drop_table(table)
    directory.drop_v1(op)
    jobs.drop_v1(op)
    eventlog.drop_v1(op)
    platform.drop_v1(op)


def _create_facts() -> None:
    op.create_table(
        "impediment",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("known_from", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("ordinal", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("valid_until", UtcDateTime()),
        sa.Column("lasting_us", sa.BigInteger),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger),
        sa.Column("currency", sa.String(3)),
        sa.Column("title", LocalizedTextType(), nullable=False),
        sa.Column("cure_url", sa.Text, nullable=False),
        sa.Column("stated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "known_from", "ordinal", name="pk_impediment"),
    )
    op.create_index("ix_impediment_person_id_kind", "impediment", ["person_id", "kind"])
    is_open = sa.text("known_to IS NULL")
    op.create_index(
        "ix_impediment_open", "impediment", ["source", "kind", "reference"],
        postgresql_where=is_open, sqlite_where=is_open,
    )  # fmt: skip
    op.create_table(
        "coverage",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("known_from", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("stated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "known_from", name="pk_coverage"),
    )
    op.create_index("ix_coverage_person_id_source", "coverage", ["person_id", "source"])
    op.create_table(
        "statement",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "position", name="pk_statement"),
    )


def _create_person_version() -> None:
    op.create_table(
        "person_version",
        sa.Column("known_from", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("known_to", sa.BigInteger),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.String(40), nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
        sa.Column("product_lines", sa.String(200), nullable=False),
        sa.Column("tags", sa.String(400), nullable=False),
        sa.Column("hired_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("known_from", name="pk_person_version"),
    )
    op.create_index("ix_person_version_person_id", "person_version", ["person_id"])


def _create_policy_version() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", _one_of("policystatus", "draft", "active", "retired"), nullable=False),
        sa.Column("title", LocalizedTextType(), nullable=False),
        sa.Column("rules", _DOCUMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("activated_by", sa.String(80)),
        sa.Column("activated_at", UtcDateTime()),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_version"),
        sa.UniqueConstraint("number", name="uq_policy_version_number"),
        sa.CheckConstraint("number > 0", name=op.f("ck_policy_version_number_positive")),
    )
    is_active = sa.text("status = 'active'")
    op.create_index(
        "uq_policy_version_active", "policy_version", ["status"], unique=True,
        postgresql_where=is_active, sqlite_where=is_active,
    )  # fmt: skip


def _create_payout_run() -> None:
    op.create_table(
        "payout_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("cutoff", UtcDateTime(), nullable=False),
        sa.Column(
            "status",
            _one_of("runstatus", "uploaded", "gated", "approved", "exported", "settled"),
            nullable=False,
        ),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("layout", _DOCUMENT, nullable=False),
        sa.Column("line_count", sa.Integer, nullable=False),
        sa.Column("name_mismatches", _DOCUMENT, nullable=False),
        sa.Column("totals", _DOCUMENT, nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("policy_version_id", sa.Uuid()),
        sa.Column("policy_digest", sa.String(64)),
        sa.Column("known_at", _DOCUMENT),
        sa.Column("facts_digest", sa.String(64)),
        sa.Column("decisions_digest", sa.String(64)),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("gated_at", UtcDateTime()),
        sa.Column("approved_by", sa.String(80)),
        sa.Column("approved_at", UtcDateTime()),
        sa.Column("exported_by", sa.String(80)),
        sa.Column("exported_at", UtcDateTime()),
        sa.Column("settled_by", sa.String(80)),
        sa.Column("settled_at", UtcDateTime()),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payout_run"),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name="fk_payout_run_policy_version_id_policy_version",
        ),
        sa.UniqueConstraint("file_sha256", "period", name="uq_payout_run_file_sha256_period"),
        sa.CheckConstraint("line_count > 0", name=op.f("ck_payout_run_has_lines")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> created_by", name=op.f("ck_payout_run_two_people")
        ),
    )
    op.create_index("ix_payout_run_created_at_id", "payout_run", ["created_at", "id"])


def _create_payout_line() -> None:
    op.create_table(
        "payout_line",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("employee_no", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("cells", _DOCUMENT, nullable=False),
        sa.Column("mask", sa.BigInteger),
        sa.Column("notices", sa.BigInteger),
        sa.PrimaryKeyConstraint("run_id", "row_number", name="pk_payout_line"),
        sa.ForeignKeyConstraint(["run_id"], ["payout_run.id"], name="fk_payout_line_run_id_payout_run"),
        sa.UniqueConstraint("decision_id", name="uq_payout_line_decision_id"),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payout_line_amount_positive")),
    )
    op.create_index("ix_payout_line_run_id_person_id", "payout_line", ["run_id", "person_id"], unique=True)
    op.create_index(
        "ix_payout_line_run_id_amount_minor", "payout_line", ["run_id", "amount_minor", "row_number"]
    )
    op.create_index(
        "ix_payout_line_run_id_employee_no", "payout_line", ["run_id", "employee_no", "row_number"]
    )


def _put_policy_in_force() -> None:
    """Seed version 1, with its event: without a policy nothing could be gated."""
    now = datetime.now(UTC)
    policy = default_policy()
    row = {
        "id": new_id(),
        "number": 1,
        "status": PolicyStatus.ACTIVE,
        "title": LocalizedText("默认激励资格政策", "Default incentive eligibility policy"),
        "rules": policy.to_json(),
        "digest": policy.digest,
        "created_by": "system",
        "created_at": now,
        "activated_by": "system",
        "activated_at": now,
    }
    entry = Entry(
        PolicyActivated(1, policy.digest), f"policy_version/{row['id']}", "system", now,
        state=row_state(PolicyVersion, row),
    )  # fmt: skip
    connection = op.get_bind()
    connection.execute(sa.insert(PolicyVersion), [{**row, "last_event_id": entry.id}])
    append_many(connection, [entry])


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
