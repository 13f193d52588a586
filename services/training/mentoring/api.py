"""Mentorships for programs: how far they are, tick and sign off; never what is noted in confidence."""

from typing import Any
from uuid import UUID

from services.training.mentoring import commands, queries
from services.training.mentoring.models import Mentorship
from services.training.mentoring.rules import MentorshipStatus, Signer
from services.training.mentoring.schemas import (
    MentoringSignSchema,
    MentoringTickSchema,
    MentorshipDetailSchema,
    MentorshipPageSchema,
    MentorshipsQuerySchema,
)
from services.training.permissions import MENTORING_OWN
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_mentorships", __name__, url_prefix="/training/v1/mentorships", description="Mentorships"
)


@blp.get("")
@guard(MENTORING_OWN)
@blp.arguments(MentorshipsQuerySchema, location="query")
@blp.response(200, MentorshipPageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List the mentorships that the asker may see, the latest first."""
    session = current_uow().session
    page = queries.list_mentorships(
        session,
        queries.visible_mentorships(current_principal()),
        status=MentorshipStatus(query["status"]) if query["status"] else None,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    ticks = queries.count_ticks(session, {one.thread_id for one in page.items})
    items = [as_json(one, ticks.get(one.thread_id, 0)) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.get("/<uuid:mentorship_id>")
@guard(MENTORING_OWN)
@blp.response(200, MentorshipDetailSchema)
@blp.problems(401, 403, 404)
def get_one(mentorship_id: UUID) -> dict[str, Any]:
    """Get one mentorship with its plan."""
    return detail(visible_mentorship(mentorship_id))


@blp.post("/<uuid:mentorship_id>/tick")
@guard(MENTORING_OWN)
@blp.arguments(MentoringTickSchema)
@blp.response(200, MentorshipDetailSchema)
@blp.problems(401, 403, 404, 409, 422)
def tick(data: dict[str, Any], mentorship_id: UUID) -> dict[str, Any]:
    """Say that an item of the plan is done, or that it is not: the mentee or the mentor."""
    uow, principal = current_uow(), current_principal()
    mentorship = visible_mentorship(mentorship_id)
    part = queries.part_of(uow.session, principal, mentorship)
    if principal.person_id is None or not (part.mentee or part.mentor):
        raise NotFound(N_("There is no such mentorship"))
    if data["done"]:
        commands.tick_item(
            uow, mentorship, data["item"], person_id=principal.person_id, actor=principal, now=now()
        )
    else:
        commands.reopen_item(uow, mentorship, data["item"], actor=principal, now=now())
    uow.session.flush()  # The ticks are read back below.
    return detail(mentorship)


@blp.post("/<uuid:mentorship_id>/sign")
@guard(MENTORING_OWN)
@blp.arguments(MentoringSignSchema)
@blp.response(200, MentorshipDetailSchema)
@blp.problems(401, 403, 404, 409, 422)
def sign(data: dict[str, Any], mentorship_id: UUID) -> dict[str, Any]:
    """Sign off as the mentor or as the manager."""
    uow, principal = current_uow(), current_principal()
    mentorship = visible_mentorship(mentorship_id)
    part, signer = queries.part_of(uow.session, principal, mentorship), Signer(data["signer"])
    allowed = part.mentor if signer is Signer.MENTOR else part.manager
    if principal.person_id is None or not allowed:
        raise NotFound(N_("There is no such mentorship"))
    commands.sign_off(uow, mentorship, signer, person_id=principal.person_id, actor=principal, now=now())
    return detail(mentorship)


def visible_mentorship(mentorship_id: UUID) -> Mentorship:
    """Return the mentorship if it exists for who is asking; raise NotFound."""
    condition = queries.visible_mentorships(current_principal())
    return queries.get_mentorship(current_uow().session, mentorship_id, condition)


def detail(mentorship: Mentorship) -> dict[str, Any]:
    """Return what MentorshipDetailSchema writes."""
    ticks = queries.ticks_of(current_uow().session, mentorship.thread_id)
    plan = [
        {
            "id": one.id,
            "week": one.week,
            "text": one.text,
            "ticked_at": ticks[one.id].ticked_at if one.id in ticks else None,
            "ticked_by": ticks[one.id].ticked_by if one.id in ticks else None,
        }
        for one in mentorship.plan
    ]
    return {**as_json(mentorship, len(ticks)), "plan": plan}


def as_json(one: Mentorship, done: int) -> dict[str, Any]:
    """Return what MentorshipSchema writes."""
    return {
        "id": one.id,
        "mentee_id": one.mentee_id,
        "mentor_id": one.mentor_id,
        "status": one.status,
        "proposed_at": one.proposed_at,
        "started_on": one.started_on,
        "due_on": one.due_on,
        "ended_at": one.ended_at,
        "end_reason": one.end_reason,
        "items": len(one.items),
        "done": done,
        "mentor_signed_at": one.mentor_signed_at,
        "manager_signed_at": one.manager_signed_at,
    }
