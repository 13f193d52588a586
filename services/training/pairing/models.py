"""How many mentees somebody takes, where it is not the usual number."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from shared.db.base import Audited, IdPk


class MentorLimit(Audited, Base):
    """The most mentees at a time of one person; 0: they are no mentor."""

    __tablename__ = "mentor_limit"
    __audit_kind__: ClassVar[str] = "mentor_limit"

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid(), unique=True)
    most: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
