"""Alembic steps for the projection, called by the migrations of services that follow people."""

import sqlalchemy as sa
from alembic.operations import Operations


def create_v1(op: Operations) -> None:
    """Create `directory_person`."""
    op.create_table(
        "directory_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_no", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.String(40), nullable=False),
        sa.Column("position_since", sa.Date, nullable=False),
        sa.Column("org_unit", sa.String(80), nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
        sa.Column("product_lines", sa.String(200), nullable=False),
        sa.Column("tags", sa.String(400), nullable=False),
        sa.Column("hired_on", sa.Date, nullable=False),
        sa.Column("left_on", sa.Date, nullable=True),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory_person"),
        sa.UniqueConstraint("employee_no", name="uq_directory_person_employee_no"),
    )
    op.create_index("ix_directory_person_manager", "directory_person", ["manager_id"])
    op.create_index("ix_directory_person_region", "directory_person", ["region", "position"])


def drop_v1(op: Operations) -> None:
    """Drop what create_v1 made."""
    op.drop_table("directory_person")
