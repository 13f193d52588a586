"""Audited rows that hold what an export of the log must not show."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.sealing.rules import new_seal, sealed_state
from shared.db.base import Audited


class Sealed(Audited):
    """An audited row whose `__sealed__` columns enter its state, and so every export, as commitments alone.

    The log still proves every one of them, to whoever is given the value and the row's `seal`.
    """

    __sealed__: ClassVar[frozenset[str]]

    seal: Mapped[bytes] = mapped_column(LargeBinary(32), default=new_seal)

    @classmethod
    def __audit_state__(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of the row's values enters its state."""
        return sealed_state(values, cls.__sealed__)
