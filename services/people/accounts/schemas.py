"""Forms about accounts."""

from typing import Any

from marshmallow import fields

from services.people.accounts.rules import GIVABLE
from shared.core.principals import Role
from shared.web.validation import Schema, Text

ROLE_FIELD = "role_"


class _RolesForm(Schema):
    """One box to tick for each role."""

    @staticmethod
    def roles_in(data: dict[str, Any]) -> tuple[Role, ...]:
        """Return the roles that were ticked."""
        return tuple(role for role in GIVABLE if data.get(ROLE_FIELD + role))


RolesForm: type[_RolesForm] = type(
    "RolesForm", (_RolesForm,), {ROLE_FIELD + role: fields.Boolean(load_default=False) for role in GIVABLE}
)


class NewAccountForm(RolesForm):  # type: ignore[valid-type,misc]
    """A new account; with an employee number it belongs to that person, whose name it then shows."""

    username = Text(60, required=True)
    employee_no = Text(40, load_default="", least=0)
    display_name = Text(80, load_default="", least=0)
