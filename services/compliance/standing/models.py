"""Whom this service has told eligibility that it looks after."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.base import Base


class CoveredPerson(Base):
    """Somebody whose coverage has been stated; a marker, so that it is stated once."""

    __tablename__ = "covered_person"

    person_id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    since: Mapped[datetime]
