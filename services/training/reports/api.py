"""Figures of reports for programs."""

from typing import Any

from services.training.permissions import TEAM_READ
from services.training.reports.queries import make_sheet
from services.training.reports.rules import ReportCode
from services.training.reports.schemas import ReportQuerySchema, ReportSchema, grouping_of, wanted_of
from shared.core.zones import local_date
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.i18n import say

blp = ApiBlueprint(
    "training_reports",
    __name__,
    url_prefix="/training/v1/reports",
    description="Completion, overdue training, certificates that run out, hours",
)


@blp.get("/<any(completion,overdue,expiring,hours):report>")
@guard(TEAM_READ)
@blp.arguments(ReportQuerySchema, location="query")
@blp.response(200, ReportSchema)
@blp.problems(401, 403, 404, 422)
def get_report(query: dict[str, Any], report: str) -> dict[str, Any]:
    """Get a report: a manager about the team; trainers, compliance and audit about all."""
    code = ReportCode(report)
    wanted = wanted_of(current_principal(), query)
    by = grouping_of(code, query["by"])
    sheet = make_sheet(current_uow().session, code, by, wanted, local_date(now()))
    return {
        "report": code,
        "by": by,
        "columns": [{"name": say(one.name), "kind": one.kind} for one in sheet.columns],
        "lines": [{"key": one.key, "name": say(one.name), "figures": list(one.cells)} for one in sheet.lines],
        "total": list(sheet.total),
    }
