"""Finding out how much somebody sees of a person."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.eligibility.sight.rules import Sight, find_sight
from shared.core.errors import NotFound
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.directory import DirectoryPerson, find_person, is_above


def get_visible_person(
    session: Session, principal: Principal, person_id: UUID
) -> tuple[DirectoryPerson, Sight]:
    """Return a person and how much of them is seen; raise NotFound when they do not exist for the principal."""
    person = find_person(session, person_id)
    own = principal.person_id
    above = own is not None and Role.MANAGER in principal.roles and is_above(session, own, person_id)
    sight = find_sight(principal, is_self=own == person_id, is_above=above)
    if person is None or sight is None:
        raise NotFound(N_("This person is not on the roster"))
    return person, sight
