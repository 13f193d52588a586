"""Certification periods for programs."""

from typing import Any
from uuid import UUID

from services.training.certifications.models import CertificationPeriod
from services.training.certifications.queries import get_period, list_periods
from services.training.certifications.schemas import PeriodPageSchema, PeriodSchema, PeriodsQuerySchema
from services.training.permissions import OWN_TRAINING, visible
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_periods",
    __name__,
    url_prefix="/training/v1/certification-periods",
    description="Since when somebody is certified in a course, until when, and when it is to be renewed",
)


@blp.get("")
@guard(OWN_TRAINING)
@blp.arguments(PeriodsQuerySchema, location="query")
@blp.response(200, PeriodPageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List one's own periods, or those of `person_id` as far as they are open to the asker, the latest first."""
    principal = current_principal()
    person_id = query["person_id"] or principal.person_id
    if person_id is None:
        return {"items": [], "next_cursor": None}
    page = list_periods(
        current_uow().session,
        visible(principal, CertificationPeriod.person_id),
        person_id=person_id,
        course_id=query["course_id"],
        cursor=query["cursor"],
        limit=query["limit"],
    )
    return {"items": [as_json(one) for one in page.items], "next_cursor": page.next_cursor}


@blp.get("/<uuid:period_id>")
@guard(OWN_TRAINING)
@blp.response(200, PeriodSchema)
@blp.problems(401, 403, 404)
def get_one(period_id: UUID) -> dict[str, Any]:
    """Get one period."""
    condition = visible(current_principal(), CertificationPeriod.person_id)
    return as_json(get_period(current_uow().session, period_id, condition).period)


def as_json(period: CertificationPeriod) -> dict[str, Any]:
    """Return what PeriodSchema writes."""
    return {
        "id": period.id,
        "person_id": period.person_id,
        "course_id": period.course_id,
        "state": period.state(now()),
        "earned_at": period.earned_at,
        "valid_from": period.valid_from,
        "valid_until": period.valid_until,
        "window_start": period.window_start,
        "due": period.due,
        "window_end": period.window_end,
        "certificate_id": period.certificate_id,
        "predecessor_id": period.predecessor_id,
    }
