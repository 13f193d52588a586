"""Gated files over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from services.eligibility.exports.pages import attach
from services.eligibility.exports.queries import make_gated_file
from services.eligibility.exports.schemas import FileQuerySchema
from services.eligibility.payouts.queries import get_run
from services.eligibility.permissions import RUN_READ
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow
from shared.web.guards import guard

blp = ApiBlueprint(
    "payout_files", __name__, url_prefix="/eligibility/v1", description="Gated files of payout runs."
)


@blp.get("/payout-runs/<uuid:run_id>/file")
@guard(RUN_READ)
@blp.arguments(FileQuerySchema, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="text/csv")
@blp.problems(401, 403, 404, 409, 422)
def download(arguments: dict[str, Any], run_id: UUID) -> Response:
    """Return the gated file as CSV; its name says DRAFT until the run is exported."""
    made = make_gated_file(
        current_uow().session,
        get_run(current_uow().session, run_id),
        releasable=arguments["lines"] == "releasable",
        xlsx=False,
    )
    return attach(made)
