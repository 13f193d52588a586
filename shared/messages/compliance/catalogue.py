"""The red-line catalogue: which categories there are."""

from dataclasses import dataclass

from shared.messages.base import message


@message("compliance.category.shipped.v1")
@dataclass(frozen=True)
class CategoryShipped:
    """A category of the red-line catalogue came with the product."""

    code: str
