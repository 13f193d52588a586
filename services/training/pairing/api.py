"""Pairing for programs: propose, confirm, end."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.training.mentoring.api import detail, visible_mentorship
from services.training.mentoring.models import Mentorship
from services.training.mentoring.queries import get_plan, part_of
from services.training.mentoring.rules import EndReason
from services.training.mentoring.schemas import (
    MentorProposalSchema,
    MentorshipDetailSchema,
    MentorshipEndSchema,
)
from services.training.pairing import commands
from services.training.permissions import MENTORING_MANAGE, MENTORING_PAIR, visible_team
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.directory import DirectoryPerson, get_person
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_pairing", __name__, url_prefix="/training/v1/mentorships", description="Who mentors whom"
)


@blp.post("")
@guard(MENTORING_PAIR)
@blp.arguments(MentorProposalSchema)
@blp.response(201, MentorshipDetailSchema)
@blp.problems(401, 403, 404, 409, 422)
def propose(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Propose a mentor for somebody; their manager confirms."""
    uow, principal = current_uow(), current_principal()
    mentee = team_member(data["mentee_id"])
    mentor = get_person(uow.session, data["mentor_id"])
    plan = get_plan(uow.session, data["plan_id"])
    made = commands.propose(uow, mentee, mentor, plan, actor=principal, now=now())
    return detail(made), 201, {"Location": f"/training/v1/mentorships/{made.id}"}


@blp.post("/<uuid:mentorship_id>/confirm")
@guard(MENTORING_MANAGE)
@blp.response(200, MentorshipDetailSchema)
@blp.problems(401, 403, 404, 409)
def confirm(mentorship_id: UUID) -> dict[str, Any]:
    """Let a proposed mentorship in one's team begin."""
    mentorship = managed(mentorship_id)
    commands.confirm(current_uow(), mentorship, actor=current_principal(), now=now())
    return detail(mentorship)


@blp.post("/<uuid:mentorship_id>/end")
@guard(MENTORING_MANAGE)
@blp.arguments(MentorshipEndSchema)
@blp.response(200, MentorshipDetailSchema)
@blp.problems(401, 403, 404, 409, 422)
def end(data: dict[str, Any], mentorship_id: UUID) -> dict[str, Any]:
    """End a mentorship in one's team before its time, or decline a proposal."""
    mentorship = managed(mentorship_id)
    commands.end(current_uow(), mentorship, EndReason(data["reason"]), actor=current_principal(), now=now())
    return detail(mentorship)


def team_member(person_id: UUID) -> DirectoryPerson:
    """Return somebody whom the asker looks after (a trainer: anybody); raise NotFound."""
    session, principal = current_uow().session, current_principal()
    found = session.scalar(
        select(DirectoryPerson).where(
            DirectoryPerson.id == person_id, visible_team(principal, DirectoryPerson.id)
        )
    )
    if found is None:
        raise NotFound(N_("This person is not on the roster"))
    return found


def managed(mentorship_id: UUID) -> Mentorship:
    """Return a mentorship whose mentee the asker manages; raise NotFound."""
    mentorship = visible_mentorship(mentorship_id)
    if not part_of(current_uow().session, current_principal(), mentorship).manager:
        raise NotFound(N_("There is no such mentorship"))
    return mentorship
