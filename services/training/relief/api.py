"""Waivers and exemptions for programs."""

from typing import Any
from uuid import UUID

from services.training.courses.queries import courses_by_id, get_course
from services.training.permissions import (
    EXEMPT,
    OWN_TRAINING,
    RELIEF_DECIDE,
    visible,
)
from services.training.relief import commands
from services.training.relief.schemas import (
    CourseCreditSchema,
    ExemptOneSchema,
    ReliefReasonSchema,
    WaiverGrantSchema,
    WaiverPageSchema,
    WaiverRequestSchema,
    WaiverSchema,
    WaiversQuerySchema,
)
from services.training.waivers.commands import request_waiver, withdraw_waiver
from services.training.waivers.models import CourseCredit, Waiver
from services.training.waivers.queries import (
    WaiverDetail,
    get_credit,
    get_waiver,
    list_waivers,
)
from services.training.waivers.rules import WaiverStatus
from shared.core.errors import NotFound
from shared.core.text import N_, LocalizedText
from shared.directory import DirectoryPerson, get_person
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import allows, guard

blp = ApiBlueprint(
    "training_relief",
    __name__,
    url_prefix="/training/v1",
    description="Waivers and exemptions",
)
_WRITES = (400, 401, 403, 404, 409, 415, 422)


@blp.get("/waivers")
@guard(OWN_TRAINING)
@blp.arguments(WaiversQuerySchema, location="query")
@blp.response(200, WaiverPageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List the waivers that are open to the asker, the one that has waited longest first."""
    session = current_uow().session
    page = list_waivers(
        session,
        visible(current_principal(), Waiver.person_id),
        status=WaiverStatus(query["status"]) if query["status"] else None,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    courses = courses_by_id(session, [one.course_id for one in page.items])
    items = [waiver_json(one, courses[one.course_id].title) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.get("/waivers/<uuid:waiver_id>")
@guard(OWN_TRAINING)
@blp.response(200, WaiverSchema)
@blp.problems(401, 403, 404)
def get_one(waiver_id: UUID) -> dict[str, Any]:
    """Get one waiver."""
    return _answer(_visible(waiver_id))


@blp.post("/waivers")
@guard(OWN_TRAINING)
@blp.arguments(WaiverRequestSchema, location="json")
@blp.response(201, WaiverSchema)
@blp.problems(*_WRITES)
def request_one(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Ask for a waiver: for oneself, or, as a trainer, for anybody; it is decided by a trainer."""
    uow, principal = current_uow(), current_principal()
    if data["person_id"] != principal.person_id and not allows(RELIEF_DECIDE):
        raise NotFound(N_("This person is not on the roster"))
    person = get_person(uow.session, data["person_id"])
    course = get_course(uow.session, data["course_id"], drafts=False)
    made = request_waiver(
        uow, person.id, course, data["reason"], until=data["until"], actor=principal, now=now()
    )
    return waiver_json(made, course.title), 201, {"Location": f"/training/v1/waivers/{made.id}"}


@blp.post("/waivers/<uuid:waiver_id>/grant")
@guard(RELIEF_DECIDE)
@blp.arguments(WaiverGrantSchema, location="json")
@blp.response(200, WaiverSchema)
@blp.problems(*_WRITES)
def grant(data: dict[str, Any], waiver_id: UUID) -> dict[str, Any]:
    """Let the evidence count."""
    found = _visible(waiver_id)
    commands.grant(
        current_uow(), found.waiver, until=data["until"], reason=data["reason"],
        actor=current_principal(), now=now(),
    )  # fmt: skip
    return _answer(found)


@blp.post("/waivers/<uuid:waiver_id>/refuse")
@guard(RELIEF_DECIDE)
@blp.arguments(ReliefReasonSchema, location="json")
@blp.response(200, WaiverSchema)
@blp.problems(*_WRITES)
def refuse(data: dict[str, Any], waiver_id: UUID) -> dict[str, Any]:
    """Say that the evidence does not count."""
    found = _visible(waiver_id)
    commands.refuse(current_uow(), found.waiver, data["reason"], actor=current_principal(), now=now())
    return _answer(found)


@blp.post("/waivers/<uuid:waiver_id>/revoke")
@guard(RELIEF_DECIDE)
@blp.arguments(ReliefReasonSchema, location="json")
@blp.response(200, WaiverSchema)
@blp.problems(*_WRITES)
def revoke(data: dict[str, Any], waiver_id: UUID) -> dict[str, Any]:
    """Let a granted waiver count for nothing from now on."""
    found = _visible(waiver_id)
    commands.revoke(current_uow(), found.waiver, data["reason"], actor=current_principal(), now=now())
    return _answer(found)


@blp.post("/waivers/<uuid:waiver_id>/withdraw")
@guard(OWN_TRAINING)
@blp.response(200, WaiverSchema)
@blp.problems(401, 403, 404, 409)
def withdraw(waiver_id: UUID) -> dict[str, Any]:
    """Take one's own request back."""
    found, principal = _visible(waiver_id), current_principal()
    if found.person.id != principal.person_id:
        raise NotFound(N_("There is no such waiver"))
    withdraw_waiver(current_uow(), found.waiver, actor=principal, now=now())
    return _answer(found)


@blp.post("/exemptions")
@guard(EXEMPT)
@blp.arguments(ExemptOneSchema, location="json")
@blp.response(201, CourseCreditSchema)
@blp.problems(*_WRITES)
def exempt(data: dict[str, Any]) -> CourseCredit:
    """Exempt somebody from a course, until a day or for good."""
    uow, principal = current_uow(), current_principal()
    person: DirectoryPerson = get_person(uow.session, data["person_id"])
    course = get_course(uow.session, data["course_id"], drafts=False)
    return commands.exempt(
        uow, person, course, data["reason"], until=data["until"], actor=principal, now=now()
    )


@blp.post("/exemptions/<uuid:credit_id>/end")
@guard(EXEMPT)
@blp.arguments(ReliefReasonSchema, location="json")
@blp.response(200, CourseCreditSchema)
@blp.problems(*_WRITES)
def end_exemption(data: dict[str, Any], credit_id: UUID) -> CourseCredit:
    """End an exemption before its time."""
    uow, principal = current_uow(), current_principal()
    credit = get_credit(uow.session, credit_id, visible(principal, CourseCredit.person_id))
    commands.end_exemption(uow, credit, data["reason"], actor=principal, now=now())
    return credit


def waiver_json(waiver: Waiver, title: LocalizedText) -> dict[str, Any]:
    """Return what WaiverSchema writes."""
    names = (
        *("id", "person_id", "course_id", "status", "reason", "evidence_sha256", "until", "requested_at"),
        *("decided_at", "decision_reason", "revoked_at"),
    )
    return {name: getattr(waiver, name) for name in names} | {"title": title}


def _answer(detail: WaiverDetail) -> dict[str, Any]:
    return waiver_json(detail.waiver, detail.course.title)


def _visible(waiver_id: UUID) -> WaiverDetail:
    return get_waiver(current_uow().session, waiver_id, visible(current_principal(), Waiver.person_id))
