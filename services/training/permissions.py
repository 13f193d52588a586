"""What one may do in training, and whose training one may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.core.permissions import permission
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.directory import below, is_above

_EVERYBODY = tuple(role for role in Role if role is not Role.SYSTEM)
# They see everybody's training; a manager sees their subtree, anybody else only their own.
_SEES_ALL = frozenset({Role.TRAINER, Role.COMPLIANCE, Role.AUDITOR})

OWN_TRAINING = permission(
    "training.own.take", *_EVERYBODY, title=N_("See and take one's own training, and one's certificates")
)
COURSES_READ = permission("training.course.read", *_EVERYBODY, title=N_("See the published courses"))
COURSES_EDIT = permission(
    "training.course.edit", Role.TRAINER, title=N_("Write courses and publish new versions")
)
CURRICULA_READ = permission(
    "training.curriculum.read",
    Role.TRAINER,
    Role.COMPLIANCE,
    Role.AUDITOR,
    title=N_("See the learning paths and whom they are for"),
)
CURRICULA_EDIT = permission(
    "training.curriculum.edit", Role.TRAINER, title=N_("Activate and archive learning paths")
)
TEAM_READ = permission(
    "training.team.read",
    Role.MANAGER,
    Role.TRAINER,
    Role.COMPLIANCE,
    Role.AUDITOR,
    title=N_("See who has done which training: a manager for the team, others for all"),
)
REMIND = permission("training.assignment.remind", Role.MANAGER, Role.TRAINER, title=N_("Remind somebody"))
EXTEND = permission(
    "training.assignment.extend", Role.MANAGER, title=N_("Give somebody in the team more time, with a reason")
)
EXEMPT = permission(
    "training.assignment.exempt", Role.TRAINER, title=N_("Exempt somebody from a training, with a reason")
)
CERTIFICATES_READ = permission(
    "training.certificate.read",
    *_EVERYBODY,
    title=N_("See certificates: one's own, a manager the team's, trainers and auditors all"),
)
REVOKE = permission("training.certificate.revoke", Role.TRAINER, title=N_("Revoke a certificate"))

PERMISSIONS = (
    OWN_TRAINING,
    COURSES_READ,
    COURSES_EDIT,
    CURRICULA_READ,
    CURRICULA_EDIT,
    TEAM_READ,
    REMIND,
    EXTEND,
    EXEMPT,
    CERTIFICATES_READ,
    REVOKE,
)


def sees_all(principal: Principal) -> bool:
    """Say whether everybody's training is open to them."""
    return not _SEES_ALL.isdisjoint(principal.roles)


def visible(principal: Principal, person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition under which a row about `person_id` exists for the principal."""
    if sees_all(principal):
        return true()
    if principal.person_id is None:
        return false()
    own = person_id == principal.person_id
    if Role.MANAGER not in principal.roles:
        return own
    return or_(own, person_id.in_(below(principal.person_id)))


def own(principal: Principal, person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition under which a row is about the principal themselves: what one does oneself."""
    return false() if principal.person_id is None else person_id == principal.person_id


def visible_team(principal: Principal, person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition under which somebody is one of those that the principal looks after."""
    if sees_all(principal):
        return true()
    if principal.person_id is None or Role.MANAGER not in principal.roles:
        return false()
    return person_id.in_(below(principal.person_id))


def manages(session: Session, principal: Principal, person_id: UUID) -> bool:
    """Say whether the principal is somebody's manager, directly or further up."""
    return (
        Role.MANAGER in principal.roles
        and principal.person_id is not None
        and person_id != principal.person_id
        and is_above(session, principal.person_id, person_id)
    )
