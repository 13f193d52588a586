"""Tables of the platform, and of people: roster, roster files, accounts."""

import sqlalchemy as sa
from alembic import op

from shared.db import schema as db_schema
from shared.db.types import JsonDocument, UtcDateTime
from shared.eventlog import schema as eventlog_schema
from shared.jobs import schema as jobs_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POSITIONS = (
    "rep", "supervisor", "district_manager", "regional_manager", "director",
    "marketing", "product", "training", "commercial_operations",
)  # fmt: skip
REGIONS = ("east", "south", "north", "central", "southwest", "northwest", "northeast")
STATUSES = ("uploaded", "applied", "discarded")


def upgrade() -> None:
    """Create everything."""
    db_schema.create_v1(op)
    eventlog_schema.create_v1(op)
    jobs_schema.create_v1(op)
    _create_person()
    _create_assignment()
    _create_account()
    _create_account_parts()
    _create_import()


def downgrade() -> None:
    """Drop everything, dependants first."""
    for table in (
        "roster_import_content", "roster_import", "sign_in_throttle", "account_use", "account",
        "position_assignment", "person",
    ):  # fmt: skip
        op.drop_table(table)
    jobs_schema.drop_v1(op)
    eventlog_schema.drop_v1(op)
    db_schema.drop_v1(op)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _post() -> list[sa.Column]:
    """What an assignment says."""
    return [
        sa.Column("position", _enum("position", *POSITIONS), nullable=False),
        sa.Column("org_unit", sa.String(80), nullable=False),
        sa.Column("region", _enum("region", *REGIONS), nullable=True),
        sa.Column("product_lines", sa.String(200), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
    ]


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    """A reference that is checked at the end of the transaction, so that rows may be written in any order."""
    name = f"fk_{table}_{column}_{to}"
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, initially="DEFERRED", deferrable=True)


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_no", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(320), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("tags", sa.String(400), nullable=False),
        sa.Column("position_since", sa.Date(), nullable=False),
        sa.Column("assigned_since", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        *_post(),
        _reference("person", "manager_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("employee_no", name="uq_person_employee_no"),
    )
    op.create_index("ix_person_manager_id", "person", ["manager_id"])
    op.create_index("ix_person_region_position", "person", ["region", "position"])
    for column in ("name_key", "hired_on", "assigned_since"):
        op.create_index(f"ix_person_{column}_id", "person", [column, "id"])


def _create_assignment() -> None:
    op.create_table(
        "position_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        *_post(),
        _reference("position_assignment", "person_id", "person"),
        _reference("position_assignment", "manager_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_position_assignment"),
    )
    op.create_index("ix_position_assignment_person_id_since", "position_assignment", ["person_id", "since"])
    still_open = sa.text("until IS NULL")
    op.create_index(
        "uq_position_assignment_open",
        "position_assignment",
        ["person_id"],
        unique=True,
        postgresql_where=still_open,
        sqlite_where=still_open,
    )


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(60), nullable=False),
        sa.Column("display_name", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("password_is_temporary", sa.Boolean(), nullable=False),
        sa.Column("roles", JsonDocument, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        _reference("account", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("username", name="uq_account_username"),
        sa.UniqueConstraint("person_id", name="uq_account_person_id"),
    )


def _create_account_parts() -> None:
    op.create_table(
        "account_use",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(2), nullable=True),
        sa.Column("last_sign_in", UtcDateTime(), nullable=True),
        _reference("account_use", "account_id", "account"),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_use"),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("last_failed", UtcDateTime(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_throttle"),
    )
    op.create_index("ix_sign_in_throttle_last_failed", "sign_in_throttle", ["last_failed"])


def _create_import() -> None:
    op.create_table(
        "roster_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("columns", JsonDocument, nullable=False),
        sa.Column("ignored", JsonDocument, nullable=False),
        sa.Column("whole_roster", sa.Boolean(), nullable=False),
        sa.Column("status", _enum("importstatus", *STATUSES), nullable=False),
        sa.Column("uploaded_by", sa.String(80), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=True),
        sa.Column("ended", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roster_import"),
    )
    op.create_index("ix_roster_import_uploaded_at_id", "roster_import", ["uploaded_at", "id"])
    op.create_table(
        "roster_import_content",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("rows", JsonDocument, nullable=False),
        _reference("roster_import_content", "import_id", "roster_import"),
        sa.PrimaryKeyConstraint("import_id", name="pk_roster_import_content"),
    )
