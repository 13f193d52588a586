"""Equivalent courses for programs."""

from typing import Any
from uuid import UUID

from services.training.courses.queries import get_course
from services.training.equivalents.commands import add_equivalence
from services.training.equivalents.schemas import (
    EquivalenceFormSchema,
    EquivalenceSchema,
    EquivalencesSchema,
)
from services.training.permissions import COURSES_EDIT, RELIEF_READ
from services.training.waivers.commands import end_equivalence
from services.training.waivers.models import Equivalence
from services.training.waivers.queries import get_equivalence, list_equivalences
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_equivalents",
    __name__,
    url_prefix="/training/v1",
    description="Which course stands in for which",
)
_WRITES = (400, 401, 403, 404, 409, 415, 422)


@blp.get("/equivalences")
@guard(RELIEF_READ)
@blp.response(200, EquivalencesSchema)
@blp.problems(401, 403)
def list_all() -> dict[str, Any]:
    """List what stands in for what."""
    return {"items": [one.equivalence for one in list_equivalences(current_uow().session)]}


@blp.post("/equivalences")
@guard(COURSES_EDIT)
@blp.arguments(EquivalenceFormSchema, location="json")
@blp.response(201, EquivalenceSchema)
@blp.problems(*_WRITES)
def make(data: dict[str, Any]) -> Equivalence:
    """Let one course stand in for another; a job credits those who have completed it already."""
    uow = current_uow()
    course, by = (get_course(uow.session, data[name]) for name in ("course_id", "by_course_id"))
    made, _ = add_equivalence(
        uow, course, by, max_age_months=data["max_age_months"], actor=current_principal(), now=now()
    )
    return made


@blp.post("/equivalences/<uuid:equivalence_id>/end")
@guard(COURSES_EDIT)
@blp.response(200, EquivalenceSchema)
@blp.problems(401, 403, 404, 409)
def end(equivalence_id: UUID) -> Equivalence:
    """Let it give nobody anything any more."""
    uow = current_uow()
    found = get_equivalence(uow.session, equivalence_id)
    end_equivalence(uow, found, actor=current_principal(), now=now())
    return found
