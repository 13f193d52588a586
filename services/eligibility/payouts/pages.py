"""Payout runs for payroll: upload, look, approve, export, settle."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _

from services.eligibility.decisions.queries import decide_one
from services.eligibility.decisions.rules import quarter_of
from services.eligibility.payouts import commands, queries
from services.eligibility.payouts.models import PayoutLine, PayoutRun
from services.eligibility.payouts.queries import SORTS, LineFilter
from services.eligibility.payouts.rules import PayoutFileRejected, RunStatus, is_final, say_status
from services.eligibility.payouts.schemas import UploadPageSchema
from services.eligibility.permissions import RUN_APPROVE, RUN_EXPORT, RUN_READ, RUN_UPLOAD
from services.eligibility.policies.rules import Outcome, Policy
from services.eligibility.sight.queries import get_visible_person
from services.eligibility.sight.rules import Sight, show_codes, show_decision
from shared.core.errors import DomainError, InvalidInput
from shared.core.periods import Period
from shared.core.principals import Role
from shared.core.text import N_, Message
from shared.core.zones import end_of_day
from shared.directory import names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard

pages = Blueprint("payouts", __name__, url_prefix="/eligibility/payouts")

_DONE: dict[str, Message] = {
    "gate": N_("Every line was decided with what is known now."),
    "approve": N_("The run is approved. It can be exported now."),
    "export": N_("The run is exported: the file is no longer a draft."),
    "settle": N_("The run is settled and will never change again."),
}


@pages.get("")
@guard(RUN_READ)
def index() -> str:
    """List the runs."""
    page = queries.list_runs(current_uow().session, cursor=request.args.get("cursor"))
    return render_template(
        "eligibility/payouts.html", runs=page.items, next_cursor=page.next_cursor, say_status=say_status,
        count_outcomes=queries.count_outcomes, may_upload=allows(RUN_UPLOAD),
    )  # fmt: skip


@pages.route("/new", methods=["GET", "POST"])
@guard(RUN_UPLOAD)
def create() -> Any:
    """Upload a file: it becomes a run when every line is sound, and every bad row is named when not."""
    form = Form(UploadPageSchema(), {"period": quarter_of(now()).code})
    rejected: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            if form.validate() and _has_file(form):
                return _upload(form)
        except PayoutFileRejected as error:
            rejected = error.errors
            form.errors = {"file": [_("The file was not taken in: see the rows below.")]}
        except DomainError as error:
            form.reject(error)
            if "_schema" in form.errors:
                form.errors = {"file": form.errors["_schema"]}
    page = render_template("eligibility/payout_new.html", form=form, rejected=rejected)
    return page, 422 if form.errors else 200


@pages.get("/<uuid:run_id>")
@guard(RUN_READ)
def show(run_id: UUID) -> str:
    """Show a run: where it stands, what it comes to, and its lines."""
    session = current_uow().session
    run = queries.get_run(session, run_id)
    policy = queries.policy_of(session, run)
    wanted, sort = asked_filter(), request.args.get("sort", "row")
    page = queries.list_lines(
        session, run, wanted, policy=policy, sight=Sight.CODES, sort=sort if sort in SORTS else "row",
        cursor=request.args.get("cursor"),
    )  # fmt: skip
    groups = queries.group_lines(session, run.id) if policy else []
    return render_template(
        "eligibility/payout.html",
        run=run,
        policy=policy,
        wanted=wanted,
        sort=sort,
        lines=[_shown(line, policy) for line in page.items],
        names=names_of(session, [line.person_id for line in page.items]),
        next_cursor=page.next_cursor,
        total=queries.count_lines(session, run, wanted, policy=policy, sight=Sight.CODES),
        outcomes=queries.count_outcomes(run.totals),
        codes=queries.count_codes(groups, policy, Sight.CODES) if policy else [],
        steps=list(RunStatus),
        say_status=say_status,
        final=is_final(run.status),
        mine=run.created_by == current_principal().actor,
        may={"gate": allows(RUN_UPLOAD), "approve": allows(RUN_APPROVE), "export": allows(RUN_EXPORT)},
        full=_sees_causes(),
    )


@pages.get("/<uuid:run_id>/lines/<uuid:decision_id>")
@guard(RUN_READ)
def show_line(run_id: UUID, decision_id: UUID) -> str:
    """Show one line and why. Audit also sees what it rests on, decided again from what was known then."""
    session = current_uow().session
    run = queries.get_run(session, run_id)
    line = queries.get_line(session, run, decision_id)
    policy = queries.policy_of(session, run)
    again = None
    if policy is not None and _sees_causes():
        _person, sight = get_visible_person(session, current_principal(), line.person_id)
        question = commands.question_of(session, run)
        decision = decide_one(
            session, line.person_id, policy, question.period, question.cutoff, question.known_at
        )
        same = (decision.mask, decision.notices) == (line.mask, line.notices)
        again = {"shown": show_decision(policy, decision, sight), "same": same}
    return render_template(
        "eligibility/payout_line.html", run=run, line=_shown(line, policy), policy=policy, again=again,
        name=names_of(session, [line.person_id]).get(line.person_id, line.employee_no),
        cells=list(zip(run.layout["headers"], line.cells, strict=True)),
    )  # fmt: skip


@pages.post("/<uuid:run_id>/gate")
@guard(RUN_UPLOAD)
def gate(run_id: UUID) -> Response:
    """Decide every line again."""
    return _step(run_id, "gate", commands.gate_run)


@pages.post("/<uuid:run_id>/approve")
@guard(RUN_APPROVE)
def approve(run_id: UUID) -> Response:
    """Approve what somebody else uploaded."""
    return _step(run_id, "approve", commands.approve_run)


@pages.post("/<uuid:run_id>/export")
@guard(RUN_EXPORT)
def export(run_id: UUID) -> Response:
    """Let the final file be handed on."""
    return _step(run_id, "export", commands.export_run)


@pages.post("/<uuid:run_id>/settle")
@guard(RUN_EXPORT)
def settle(run_id: UUID) -> Response:
    """Mark what was released as paid."""
    return _step(run_id, "settle", commands.settle_run)


def _step(run_id: UUID, step: str, command: Callable[..., PayoutRun]) -> Response:
    uow = current_uow()
    command(uow, queries.get_run(uow.session, run_id), actor=current_principal(), now=now())
    return _to_run(run_id, _(_DONE[step].msgid), "eligible")


def _has_file(form: Form) -> bool:
    if form.file("file") is None:
        form.errors["file"] = [_("Choose a file.")]
    return not form.errors


def _upload(form: Form) -> Response:
    uow, actor = current_uow(), current_principal()
    sent = form.file("file")
    assert sent is not None
    day = form.data["cutoff"]
    run, is_new = commands.upload_file(
        uow, sent.read(), sent.filename or "", _period(form.data["period"]),
        cutoff=end_of_day(day) - commands.INSTANT if day else None, actor=actor, now=now(),
    )  # fmt: skip
    if not is_new:
        return _to_run(run.id, _("This file was uploaded for this period before: this is its run."), "notice")
    commands.gate_run(uow, run, actor=actor, now=now())
    return _to_run(run.id, _("The file was taken in and every line decided."), "eligible")


def _period(code: str) -> Period:
    try:
        return Period.parse(code)
    except InvalidInput as error:
        raise InvalidInput(error.message, fields={"period": [error.message]}) from error


def asked_filter() -> LineFilter:
    """Return what the URL narrows the lines to; what is not a filter asks for nothing."""
    outcome = request.args.get("outcome", "")
    known = Outcome(outcome) if outcome in [one.value for one in Outcome] else None
    return LineFilter(known, request.args.get("code", "")[:40], request.args.get("search", "").strip()[:100])


def _shown(line: PayoutLine, policy: Policy | None) -> dict[str, Any]:
    codes = show_codes(policy, line.mask, Sight.CODES) if policy is not None and line.mask else ()
    return {"line": line, "outcome": line.outcome, "codes": codes}


def _sees_causes() -> bool:
    """Audit does; whoever also works in payroll does not, so that one role does not open the other's door."""
    return Role.AUDITOR in current_principal().roles and not allows(RUN_UPLOAD)


def _to_run(run_id: UUID, message: str, tone: str) -> Response:
    flash(message, tone)
    return redirect(f"/eligibility/payouts/{run_id}", 303)  # type: ignore[return-value]
