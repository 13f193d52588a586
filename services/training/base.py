"""The declarative base of training's own tables."""

from typing import Any

from shared.db.base import service_base

Base: Any = service_base("training")
