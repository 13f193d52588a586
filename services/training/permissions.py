"""What one may do in training, and whose training one may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.core.permissions import permission
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.directory import ids_below, is_above

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
ASSIGN = permission(
    "training.assignment.make",
    Role.MANAGER,
    Role.TRAINER,
    title=N_("Ask a course of people by hand or by file: a manager of the team, a trainer of anybody"),
)
RELIEF_READ = permission(
    "training.relief.read",
    Role.TRAINER,
    Role.COMPLIANCE,
    Role.AUDITOR,
    title=N_("See waivers, exemptions and exceptions, and what stands in for what"),
)
RELIEF_DECIDE = permission(
    "training.relief.decide",
    Role.TRAINER,
    title=N_("Decide on waivers and due-date exceptions, but not on one's own"),
)
REMINDER_PLAN = permission(
    "training.reminder.plan", Role.TRAINER, title=N_("Say when people are reminded of what is due")
)
CERTIFICATES_READ = permission(
    "training.certificate.read",
    *_EVERYBODY,
    title=N_("See certificates: one's own, a manager the team's, trainers and auditors all"),
)
IMPORT = permission(
    "training.completion.import", Role.TRAINER, title=N_("Take over earlier completions from files")
)
REVOKE = permission(
    "training.certificate.revoke", Role.TRAINER, title=N_("Revoke or replace a certificate, with evidence")
)
CERTIFICATES_EVIDENCE = permission(
    "training.certificate.evidence",
    Role.TRAINER,
    Role.COMPLIANCE,
    Role.AUDITOR,
    title=N_("See the evidence for which a certificate was revoked or replaced"),
)
DESIGNS_EDIT = permission(
    "training.design.edit",
    Role.TRAINER,
    title=N_("Design certificates, and print those that were issued anew"),
)
DESIGNS_READ = permission(
    "training.design.read", Role.TRAINER, Role.AUDITOR, title=N_("See how certificates are designed")
)
QUESTIONS_EDIT = permission(
    "training.question.edit",
    Role.TRAINER,
    title=N_("See and write the question bank with its answers, and how its questions fare"),
)
SITTINGS_READ = permission(
    "training.sitting.read",
    Role.MANAGER,
    Role.TRAINER,
    Role.COMPLIANCE,
    Role.AUDITOR,
    title=N_("See who sat which assessment and how it went: a manager for the team, others for all"),
)
SITTINGS_VOID = permission(
    "training.sitting.void", Role.TRAINER, title=N_("Let a sitting not count, with a reason")
)
EVIDENCE_DECIDE = permission(
    "training.evidence.decide",
    Role.TRAINER,
    title=N_("Accept or return what was handed in as evidence"),
)
LIBRARY_READ = permission(
    "training.library.read", *_EVERYBODY, title=N_("Search and read what is in the library for oneself")
)
LIBRARY_EDIT = permission(
    "training.library.edit", Role.TRAINER, title=N_("Write, publish and retire entries of the library")
)

SESSIONS_READ = permission(
    "training.session.read",
    *_EVERYBODY,
    title=N_("See the sessions that are meant for one, and book them"),
)
SESSIONS_BOOK = permission(
    "training.session.book",
    Role.MANAGER,
    Role.TRAINER,
    title=N_("Book sessions for others: a manager for the team, a trainer for all"),
)
SESSIONS_RUN = permission(
    "training.session.run",
    *_EVERYBODY,
    title=N_("Call the roll: trainers of all sessions, an instructor of those they teach"),
)
SESSIONS_EDIT = permission(
    "training.session.edit", Role.TRAINER, title=N_("Plan, open, change and cancel sessions")
)
CAREERS_EDIT = permission(
    "training.career.edit",
    Role.TRAINER,
    Role.HR,
    title=N_("Say what each step of the career ladder asks for"),
)
PROMOTION_DECIDE = permission(
    "training.promotion.decide", Role.MANAGER, Role.HR, title=N_("Sign off and decide on promotions")
)
MENTORING_OWN = permission(
    "training.mentoring.own", *_EVERYBODY, title=N_("See and work on the mentorships that one is part of")
)
MENTORING_PAIR = permission(
    "training.mentoring.pair",
    Role.MANAGER,
    Role.TRAINER,
    title=N_("Propose a mentor: a manager for the team, a trainer for anybody"),
)
MENTORING_MANAGE = permission(
    "training.mentoring.manage",
    Role.MANAGER,
    title=N_("Confirm, end and sign off the mentorships of the team"),
)
MENTORING_READ = permission(
    "training.mentoring.read",
    Role.TRAINER,
    Role.COMPLIANCE,
    Role.AUDITOR,
    title=N_("See all mentorships and how far they are, never what was noted in confidence"),
)
MENTORING_EDIT = permission(
    "training.mentoring.edit",
    Role.TRAINER,
    title=N_("Write mentoring plans and say how many mentees somebody takes"),
)

PERMISSIONS = (
    EVIDENCE_DECIDE,
    OWN_TRAINING,
    COURSES_READ,
    COURSES_EDIT,
    CURRICULA_READ,
    CURRICULA_EDIT,
    TEAM_READ,
    REMIND,
    EXTEND,
    EXEMPT,
    ASSIGN,
    RELIEF_READ,
    RELIEF_DECIDE,
    REMINDER_PLAN,
    CERTIFICATES_READ,
    REVOKE,
    IMPORT,
    QUESTIONS_EDIT,
    SITTINGS_READ,
    SITTINGS_VOID,
    CERTIFICATES_EVIDENCE,
    DESIGNS_EDIT,
    DESIGNS_READ,
    SESSIONS_READ,
    SESSIONS_BOOK,
    SESSIONS_RUN,
    SESSIONS_EDIT,
    LIBRARY_READ,
    LIBRARY_EDIT,
    MENTORING_OWN,
    MENTORING_PAIR,
    MENTORING_MANAGE,
    MENTORING_READ,
    MENTORING_EDIT,
    CAREERS_EDIT,
    PROMOTION_DECIDE,
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
    return or_(own, person_id.in_(ids_below(principal.person_id)))


def own(principal: Principal, person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition under which a row is about the principal themselves: what one does oneself."""
    return false() if principal.person_id is None else person_id == principal.person_id


def visible_team(principal: Principal, person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition under which somebody is one of those that the principal looks after."""
    if sees_all(principal):
        return true()
    if principal.person_id is None or Role.MANAGER not in principal.roles:
        return false()
    return person_id.in_(ids_below(principal.person_id))


def below(principal: Principal, person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition under which somebody is below the principal: whom they manage, whatever else they see."""
    if principal.person_id is None or Role.MANAGER not in principal.roles:
        return false()
    return person_id.in_(ids_below(principal.person_id))


def manages(session: Session, principal: Principal, person_id: UUID) -> bool:
    """Say whether the principal is somebody's manager, directly or further up."""
    return (
        Role.MANAGER in principal.roles
        and principal.person_id is not None
        and person_id != principal.person_id
        and is_above(session, principal.person_id, person_id)
    )


def visible_promotions(principal: Principal, person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition under which a request for a promotion exists for the principal: HR sees all."""
    return true() if Role.HR in principal.roles else visible(principal, person_id)


def decides_on(session: Session, principal: Principal, person_id: UUID) -> bool:
    """Say whether the principal has a word in somebody's career: a manager further up, or HR."""
    return Role.HR in principal.roles or manages(session, principal, person_id)
