"""Who acts in the demo."""

from shared.core.principals import Principal, Role
from shared.demo import DemoCompany


def principal(company: DemoCompany, persona: str) -> Principal:
    """Return the account of a persona."""
    person = company.persona(persona)
    return Principal(
        person.account_id, person.name, frozenset(Role(role) for role in person.roles), person.id
    )
