"""The platform's tables; standing, catalogue, policies and attestations; and the reference data that ships."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from services.compliance.catalogue import seed as catalogue
from services.compliance.policies import seed as policies
from shared.db import schema as db
from shared.db.types import JsonDocument, LocalizedTextType, UtcDateTime
from shared.directory import schema as directory
from shared.eventlog import schema as eventlog
from shared.jobs import schema as jobs

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_PLATFORM = (db, eventlog, jobs, directory)
_TABLES = (
    "covered_person",
    "red_line_category",
    "policy_document",
    "policy_version",
    "attestation_campaign",
    "attestation",
)


def upgrade() -> None:
    """Create the tables, then write what ships, with its events, as of the moment of installing."""
    for part in _PLATFORM:
        part.create_v1(op)
    _covered_person()
    _red_line_category()
    _policy_document()
    _policy_version()
    _attestation_campaign()
    _attestation()
    now = datetime.now(UTC)
    catalogue.ship(op.get_bind(), now)
    policies.ship(op.get_bind(), now)


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    for part in reversed(_PLATFORM):
        part.drop_v1(op)


def _code(table: str, name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=f"ck_{table}_{name}", native_enum=False, create_constraint=True, length=40)


def _covered_person() -> None:
    op.create_table(
        "covered_person",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_covered_person"),
    )


def _red_line_category() -> None:
    op.create_table(
        "red_line_category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", LocalizedTextType(), nullable=False),
        sa.Column("summary", LocalizedTextType(), nullable=False),
        sa.Column("basis", LocalizedTextType(), nullable=False),
        sa.Column("severity", _code("red_line_category", "severity", "S1", "S2", "S3"), nullable=False),
        sa.Column("effect", _code("red_line_category", "payeffect", "hold", "forfeit"), nullable=False),
        sa.Column("allowed", JsonDocument, nullable=False),
        sa.Column("forbidden", JsonDocument, nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_red_line_category"),
        sa.UniqueConstraint("code", name="uq_red_line_category_code"),
    )


def _policy_document() -> None:
    op.create_table(
        "policy_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", LocalizedTextType(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy_document"),
        sa.UniqueConstraint("code", name="uq_policy_document_code"),
    )


def _policy_version() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            _code(
                "policy_version",
                "versionstatus",
                "draft",
                "in_review",
                "changes_requested",
                "approved",
                "published",
                "superseded",
            ),
            nullable=False,
        ),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("zh_sha256", sa.String(64), nullable=False),
        sa.Column("en_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("change_note", sa.String(400), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_person_id", sa.Uuid()),
        sa.Column("submitted_at", UtcDateTime()),
        sa.Column("approved_by", sa.Uuid()),
        sa.Column("approved_at", UtcDateTime()),
        sa.Column("published_at", UtcDateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["policy_document.id"], name="fk_policy_version_document_id_policy_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_policy_version"),
        sa.UniqueConstraint("document_id", "number", name="uq_policy_version_document_id_number"),
    )


def _attestation_campaign() -> None:
    op.create_table(
        "attestation_campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", LocalizedTextType(), nullable=False),
        sa.Column("policy_version_id", sa.Uuid(), nullable=False),
        sa.Column("audience", JsonDocument, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("joiner_days", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            _code("attestation_campaign", "campaignstatus", "draft", "open", "closed"),
            nullable=False,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime()),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name="fk_attestation_campaign_policy_version_id_policy_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attestation_campaign"),
    )


def _attestation() -> None:
    op.create_table(
        "attestation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            _code(
                "attestation", "attestationstatus", "requested", "viewed", "signed", "declined", "superseded"
            ),
            nullable=False,
        ),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("viewed_at", UtcDateTime()),
        sa.Column("answered_at", UtcDateTime()),
        sa.Column("printed_name", sa.String(200)),
        sa.Column("meaning", _code("attestation", "meaning", "read_and_will_follow")),
        sa.Column("shown_language", sa.String(2)),
        sa.Column("shown_sha256", sa.String(64)),
        sa.Column("decline_reason", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["attestation_campaign.id"],
            name="fk_attestation_campaign_id_attestation_campaign",
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"],
            ["policy_version.id"],
            name="fk_attestation_policy_version_id_policy_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attestation"),
        sa.UniqueConstraint(
            "campaign_id", "person_id", "round", name="uq_attestation_campaign_id_person_id_round"
        ),
    )
    op.create_index("ix_attestation_campaign_id_status", "attestation", ["campaign_id", "status"])
    op.create_index("ix_attestation_person_id_due_at", "attestation", ["person_id", "due_at"])
