"""Payout runs over HTTP."""

from typing import Any
from uuid import UUID

from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from services.eligibility.payouts import commands, queries
from services.eligibility.payouts.models import PayoutLine, PayoutRun
from services.eligibility.payouts.queries import LineFilter
from services.eligibility.payouts.schemas import (
    LineQuerySchema,
    LineSchema,
    RunSchema,
    UploadSchema,
)
from services.eligibility.permissions import RUN_APPROVE, RUN_EXPORT, RUN_READ, RUN_UPLOAD
from services.eligibility.policies.rules import Outcome, Policy
from services.eligibility.sight.rules import Sight, show_codes
from shared.core.periods import Period
from shared.db.paging import Page
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import CursorQuerySchema, page_schema


class _MultipartParser(FlaskParser):
    """Reads a file and the fields beside it as one: they are parts of the same body."""

    DEFAULT_VALIDATION_STATUS = 422
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 - the base class' shape

    def load_files(self, req: Any, schema: Any) -> Any:
        """Return the request's form fields and files."""
        parts = MultiDict([*req.form.items(multi=True), *req.files.items(multi=True)])
        return MultiDictProxy(parts, schema)


class _Blueprint(ApiBlueprint):
    ARGUMENTS_PARSER = _MultipartParser()  # type: ignore[assignment]


blp = _Blueprint(
    "payout_runs",
    __name__,
    url_prefix="/eligibility/v1",
    description="Payroll files in, gated files out. Reasons are public codes: causes that are confidential share one.",
)


@blp.get("/payout-runs")
@guard(RUN_READ)
@blp.arguments(CursorQuerySchema, location="query")
@blp.response(200, page_schema(RunSchema))
@blp.problems(401, 403, 422)
def list_all(arguments: dict[str, Any]) -> Page[PayoutRun]:
    """List runs, the newest first."""
    return queries.list_runs(current_uow().session, **arguments)


@blp.post("/payout-runs")
@guard(RUN_UPLOAD)
@blp.arguments(UploadSchema, location="files")
@blp.response(201, RunSchema)
@blp.alt_response(200, schema=RunSchema)
@blp.problems(400, 401, 403, 404, 409, 413, 415, 422)
def upload(parts: dict[str, Any]) -> tuple[PayoutRun, int, dict[str, str]]:
    """Upload a file and have it gated; 200 with the run of before when it is the same file and period.

    Nothing is stored unless every line is sound; the problem names the rows that are not.
    """
    uow = current_uow()
    sent = parts["file"]
    run, is_new = commands.upload_file(
        uow, sent.read(), sent.filename or "", Period.parse(parts["period"]), cutoff=parts["cutoff"],
        actor=current_principal(), now=now(),
    )  # fmt: skip
    if is_new:
        commands.gate_run(uow, run, actor=current_principal(), now=now())
    return run, 201 if is_new else 200, {"Location": f"{blp.url_prefix}/payout-runs/{run.id}"}


@blp.get("/payout-runs/<uuid:run_id>")
@guard(RUN_READ)
@blp.response(200, RunSchema)
@blp.problems(401, 403, 404)
def show(run_id: UUID) -> PayoutRun:
    """Return a run with its totals."""
    return _run(run_id)


@blp.get("/payout-runs/<uuid:run_id>/lines")
@guard(RUN_READ)
@blp.arguments(LineQuerySchema, location="query")
@blp.response(200, page_schema(LineSchema))
@blp.problems(401, 403, 404, 422)
def list_lines(arguments: dict[str, Any], run_id: UUID) -> Page[dict[str, Any]]:
    """List the lines of a run with their outcomes and reason codes."""
    session = current_uow().session
    run = _run(run_id)
    policy = queries.policy_of(session, run)
    paging = {name: arguments[name] for name in ("sort", "cursor", "limit")}
    page = queries.list_lines(
        session, run, make_filter(arguments), policy=policy, sight=Sight.CODES, **paging
    )
    return Page([_shown(line, policy) for line in page.items], page.next_cursor)


@blp.post("/payout-runs/<uuid:run_id>/gate")
@guard(RUN_UPLOAD)
@blp.response(200, RunSchema)
@blp.problems(401, 403, 404, 409)
def gate(run_id: UUID) -> PayoutRun:
    """Decide every line again, with what is known now: until the run is approved."""
    return commands.gate_run(current_uow(), _run(run_id), actor=current_principal(), now=now())


@blp.post("/payout-runs/<uuid:run_id>/approve")
@guard(RUN_APPROVE)
@blp.response(200, RunSchema)
@blp.problems(401, 403, 404, 409)
def approve(run_id: UUID) -> PayoutRun:
    """Approve a gated run that somebody else uploaded."""
    return commands.approve_run(current_uow(), _run(run_id), actor=current_principal(), now=now())


@blp.post("/payout-runs/<uuid:run_id>/export")
@guard(RUN_EXPORT)
@blp.response(200, RunSchema)
@blp.problems(401, 403, 404, 409)
def export(run_id: UUID) -> PayoutRun:
    """Let the final file of an approved run be handed on."""
    return commands.export_run(current_uow(), _run(run_id), actor=current_principal(), now=now())


@blp.post("/payout-runs/<uuid:run_id>/settle")
@guard(RUN_EXPORT)
@blp.response(200, RunSchema)
@blp.problems(401, 403, 404, 409)
def settle(run_id: UUID) -> PayoutRun:
    """Note that the releasable lines of an exported run have been paid."""
    return commands.settle_run(current_uow(), _run(run_id), actor=current_principal(), now=now())


def make_filter(arguments: dict[str, Any]) -> LineFilter:
    """Return the conditions that a query's arguments name."""
    outcome = Outcome(arguments["outcome"]) if arguments["outcome"] else None
    return LineFilter(outcome, arguments["code"], arguments["search"])


def _run(run_id: UUID) -> PayoutRun:
    return queries.get_run(current_uow().session, run_id)


def _shown(line: PayoutLine, policy: Policy | None) -> dict[str, Any]:
    codes = show_codes(policy, line.mask, Sight.CODES) if policy is not None and line.mask else ()
    names = ("row_number", "employee_no", "person_id", "amount_minor", "currency", "decision_id")
    return {name: getattr(line, name) for name in names} | {"outcome": line.outcome, "reasons": list(codes)}
