"""GET …/eligibility: was this person in good standing?"""

from typing import Any
from uuid import UUID

from services.eligibility.answers.queries import answer
from services.eligibility.answers.schemas import EligibilitySchema, QuestionSchema
from services.eligibility.permissions import STANDING_READ
from shared.core.periods import Period
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "eligibility",
    __name__,
    url_prefix="/eligibility/v1",
    description="Decisions about people, as far as the caller may see them.",
)


@blp.get("/people/<uuid:person_id>/eligibility")
@guard(STANDING_READ)
@blp.arguments(QuestionSchema, location="query")
@blp.response(200, EligibilitySchema)
@blp.problems(401, 403, 404, 409, 422)
def show(arguments: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Decide about one person under the policy in force.

    Payroll and HR see codes; the person and their managers also what each rests on and what cures it. Causes
    that are confidential or unknown are UNDER_REVIEW to all of them.
    """
    period = Period.parse(arguments["period"]) if arguments["period"] else None
    found = answer(
        current_uow().session, current_principal(), person_id, now=now(), period=period,
        as_of=arguments["as_of"], known_at=arguments["known_at"],
    )  # fmt: skip
    decision = found.decision
    full = found.sight.knows_causes
    return {
        "person_id": person_id,
        "period": decision.period,
        "cutoff": decision.cutoff,
        "policy_digest": decision.policy_digest,
        "outcome": found.shown.outcome,
        "reasons": found.shown.reasons,
        "notices": found.shown.notices,
        "known_at": dict(decision.known_at) if full else None,
        "digest": decision.digest if full else None,
    }
