"""Each reviewer's queue, and the page on which a text is approved or returned."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.contracts.agreements.models import Contract, ContractVersion
from services.contracts.agreements.rules import TYPE_TITLES, is_unapproved_in_effect
from services.contracts.files.queries import get_content
from services.contracts.files.rules import TEXT, decode_text
from services.contracts.files.rules import TYPE_TITLES as FILE_TITLES
from services.contracts.permissions import REVIEW_DECIDE
from services.contracts.reviews import commands, queries
from services.contracts.reviews.models import ReviewStep
from services.contracts.reviews.rules import (
    MODE_TITLES,
    ROLE_TITLES,
    STEP_TITLES,
    RoundStatus,
    StepStatus,
    due_day,
)
from services.contracts.reviews.schemas import DecisionSchema
from shared.core.errors import DomainError
from shared.core.zones import local_date
from shared.directory import find_person, names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard

pages = Blueprint("contracts_reviews", __name__, url_prefix="/contracts")
STEP_TONES = {
    StepStatus.WAITING: "neutral",
    StepStatus.PENDING: "accent",
    StepStatus.APPROVED: "eligible",
    StepStatus.REJECTED: "ineligible",
    StepStatus.DELEGATED: "neutral",
    StepStatus.CANCELLED: "neutral",
}


@dataclass(frozen=True)
class QueueLine:
    """A step as the queue shows it."""

    step: ReviewStep
    contract: Contract
    owner: str
    holds_pay: bool
    late: bool


@pages.get("/reviews")
@guard(REVIEW_DECIDE)
def show_queue() -> str:
    """What is mine to decide, what is due first on top."""
    session = current_uow().session
    page = queries.list_queue(session, current_principal(), cursor=request.args.get("cursor"))
    names = names_of(session, [one.review_round.contract.owner_id for one in page.items])
    return render_template(
        "contracts/reviews.html",
        lines=[_line(one, names) for one in page.items],
        next_cursor=page.next_cursor,
        types=TYPE_TITLES,
        due_day=due_day,
    )


@pages.get("/reviews/<uuid:step_id>")
@guard(REVIEW_DECIDE)
def show(step_id: UUID) -> str:
    """One text under review, with what the reviewer needs to decide."""
    step = queries.get_step(current_uow().session, step_id, current_principal())
    return _page(step, Form(DecisionSchema(), {"sha256": step.review_round.sha256}))


@pages.post("/reviews/<uuid:step_id>")
@guard(REVIEW_DECIDE)
def decide(step_id: UUID) -> tuple[str, int] | Response:
    """Approve the text that was shown, or return it."""
    form = Form(DecisionSchema())
    step = queries.get_step(current_uow().session, step_id, current_principal())
    if form.validate():
        decision = commands.Decision(form.data["decision"])
        try:
            commands.decide(
                current_uow(), step, decision, seen_sha256=form.data["sha256"], reason=form.data["reason"],
                principal=current_principal(), now=now(),
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
            # What the rules refused must not leave its traces on the page that says so.
            current_uow().session.expire_all()
            step = queries.get_step(current_uow().session, step_id, current_principal())
            return _page(step, form), 422
        flash(_message(decision, step), "eligible")
        return redirect(url_for(".show_queue"), 303)
    return _page(step, form), 422


def _message(decision: commands.Decision, step: ReviewStep) -> str:
    number = step.review_round.contract.number
    if decision == commands.Decision.RETURN:
        return str(_("%(number)s is returned to its owner.", number=number))
    if step.review_round.status == RoundStatus.APPROVED:
        return str(_("%(number)s is approved.", number=number))
    return str(_("Your approval of %(number)s is recorded; others are still to decide.", number=number))


def _page(step: ReviewStep, form: Form) -> str:
    session, found = current_uow().session, step.review_round
    contract, version = found.contract, found.contract_version
    owner = find_person(session, contract.owner_id)
    principal = current_principal()
    return render_template(
        "contracts/review.html",
        step=step,
        round=found,
        contract=contract,
        version=version,
        owner=owner.name if owner else "",
        paragraphs=read_paragraphs(version),
        holds_pay=is_unapproved_in_effect(contract.status, contract.effective_on, local_date(now())),
        may_decide=step.status == StepStatus.PENDING and contract.owner_id != principal.person_id,
        deciders=names_of(session, [one.decided_person_id for one in found.steps if one.decided_person_id]),
        form=form,
        types=TYPE_TITLES,
        files=FILE_TITLES,
        modes=MODE_TITLES,
        roles=ROLE_TITLES,
        step_titles=STEP_TITLES,
        due_day=due_day,
        step_tones=STEP_TONES,
    )


def read_paragraphs(version: ContractVersion) -> list[str] | None:
    """Return the text of a version in paragraphs, or None for a file that has to be opened."""
    if version.media_type != TEXT:
        return None
    text = decode_text(get_content(current_uow().session, version.sha256)) or ""
    return [line for line in text.splitlines() if line.strip()]


def _line(step: ReviewStep, names: dict[UUID, str]) -> QueueLine:
    contract = step.review_round.contract
    return QueueLine(
        step=step,
        contract=contract,
        owner=names.get(contract.owner_id, ""),
        holds_pay=is_unapproved_in_effect(contract.status, contract.effective_on, local_date(now())),
        late=step.due_at <= now(),
    )
