"""One contract: facts, versions, reviews, receivables, and what may be done with it now."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.contracts.access.queries import (
    DRAFTS_ALL_CONTRACTS,
    SEES_ALL_CONTRACTS,
    SEES_ALL_RECEIVABLES,
    reaches,
    scope_of,
)
from services.contracts.agreements import commands
from services.contracts.agreements.models import Contract
from services.contracts.agreements.pages import TONES
from services.contracts.agreements.queries import get_contract, list_versions
from services.contracts.agreements.rules import (
    STATUS_TITLES,
    TYPE_TITLES,
    VERSION_TITLES,
    ContractStatus,
    ContractStep,
    VersionStatus,
    is_unapproved_in_effect,
)
from services.contracts.agreements.schemas import StepSchema, VersionFormSchema
from services.contracts.counterparties.rules import KIND_TITLES, PRODUCT_LINE_TITLES
from services.contracts.files.rules import TYPE_TITLES as FILE_TITLES
from services.contracts.permissions import (
    CONTRACT_CONCLUDE,
    CONTRACT_DRAFT,
    CONTRACT_READ,
    RECEIVABLE_READ,
    REVIEW_DECIDE,
)
from services.contracts.receivables.queries import list_of_contract
from services.contracts.receivables.rules import STATUS_TITLES as RECEIVABLE_TITLES
from services.contracts.receivables.rules import status_on
from services.contracts.reviews.commands import submit_for_review, withdraw
from services.contracts.reviews.models import ReviewRound
from services.contracts.reviews.pages import STEP_TONES
from services.contracts.reviews.queries import list_rounds
from services.contracts.reviews.rules import (
    ROLE_TITLES,
    ROUND_TITLES,
    STEP_TITLES,
    RoundStatus,
    StepStatus,
    due_day,
)
from shared.core.errors import Conflict, DomainError
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard

pages = Blueprint("contracts_dossier", __name__, url_prefix="/contracts")


@pages.get("/<uuid:contract_id>")
@guard(CONTRACT_READ)
def show(contract_id: UUID) -> str:
    """The contract's page."""
    return _page(_contract(contract_id), Form(VersionFormSchema()))


@pages.post("/<uuid:contract_id>/versions")
@guard(CONTRACT_DRAFT)
def add_version(contract_id: UUID) -> tuple[str, int] | Response:
    """Put in a text: a file, or pasted."""
    contract = _contract(contract_id)
    form = Form(VersionFormSchema())
    if form.validate():
        try:
            name, content = _content(form)
            commands.save_version(
                current_uow(), contract, file_name=name, content=content,
                principal=current_principal(), now=now(),
            )  # fmt: skip
            flash(_("The text is in. Submit it for review when it is ready."), "eligible")
            return redirect(url_for(".show", contract_id=contract_id), 303)
        except DomainError as error:
            form.reject(error)
    return _refused(contract_id, form)


@pages.post("/<uuid:contract_id>/submit")
@guard(CONTRACT_DRAFT)
def submit(contract_id: UUID) -> tuple[str, int] | Response:
    """Submit the latest version for review."""
    return _act(
        contract_id,
        lambda contract: submit_for_review(current_uow(), contract, principal=current_principal(), now=now()),
        _("The contract is submitted for review; its text is frozen."),
    )


@pages.post("/<uuid:contract_id>/withdraw")
@guard(CONTRACT_DRAFT)
def take_back(contract_id: UUID) -> tuple[str, int] | Response:
    """Take the contract back from review."""
    return _act(
        contract_id,
        lambda contract: withdraw(current_uow(), contract, principal=current_principal(), now=now()),
        _("The contract is taken back from review."),
    )


@pages.post("/<uuid:contract_id>/steps")
@guard(CONTRACT_CONCLUDE)
def take_step(contract_id: UUID) -> tuple[str, int] | Response:
    """Send for signature, put in effect, end."""
    form = Form(StepSchema())
    if not form.validate():
        return _refused(contract_id, form)
    step, signed_on = ContractStep(form.data["step"]), form.data["signed_on"]
    return _act(
        contract_id,
        lambda contract: commands.conclude(
            current_uow(), contract, step, signed_on=signed_on, principal=current_principal(), now=now()
        ),
        _("Done."),
    )


def _act(contract_id: UUID, act: Callable[[Contract], Any], done: str) -> tuple[str, int] | Response:
    """Do it and go back to the contract's page, or show there why it cannot be done."""
    form = Form(VersionFormSchema())
    try:
        act(_contract(contract_id))
    except DomainError as error:
        form.reject(error)
        return _refused(contract_id, form)
    flash(done, "eligible")
    return redirect(url_for(".show", contract_id=contract_id), 303)


def _refused(contract_id: UUID, form: Form) -> tuple[str, int]:
    # What the rules refused must not leave its traces on the page that says so.
    current_uow().session.expire_all()
    return _page(_contract(contract_id), form), 422


def _contract(contract_id: UUID) -> Contract:
    scope = scope_of(current_principal(), SEES_ALL_CONTRACTS)
    return get_contract(current_uow().session, contract_id, scope)


def _content(form: Form) -> tuple[str, bytes]:
    file, text = form.file("file"), form.data["text"]
    if file is not None and text:
        raise Conflict(
            N_("Send either a file or a text, not both"), fields={"file": [N_("A text is pasted as well")]}
        )
    if file is not None:
        return file.filename or "contract", file.read()
    return _("contract") + ".txt", text.encode()


def _page(contract: Contract, form: Form) -> str:
    session, principal, today = current_uow().session, current_principal(), local_date(now())
    versions, rounds = list_versions(session, contract.id), list_rounds(session, contract.id)
    deciders = [step.decided_person_id for one in rounds for step in one.steps if step.decided_person_id]
    receivables = (
        list_of_contract(session, scope_of(principal, SEES_ALL_RECEIVABLES), contract.id)
        if allows(RECEIVABLE_READ)
        else []
    )
    return render_template(
        "contracts/contract.html",
        contract=contract,
        versions=versions,
        rounds=rounds,
        receivables=[(one, status_on(one.settlement, one.due_on, today)) for one in receivables],
        names=names_of(session, [contract.owner_id, *deciders]),
        holds_pay=is_unapproved_in_effect(contract.status, contract.effective_on, today),
        actions=_actions(contract, bool(versions), may_draft=_may_draft(contract)),
        my_step=_my_step(contract, rounds),
        due_day=due_day,
        form=form,
        today=today,
        tones=TONES,
        step_tones=STEP_TONES,
        titles={
            "status": STATUS_TITLES, "type": TYPE_TITLES, "version": VERSION_TITLES, "file": FILE_TITLES,
            "kind": KIND_TITLES, "line": PRODUCT_LINE_TITLES, "round": ROUND_TITLES, "step": STEP_TITLES,
            "role": ROLE_TITLES, "receivable": RECEIVABLE_TITLES,
        },
        draft=VersionStatus.DRAFT,
    )  # fmt: skip


def _my_step(contract: Contract, rounds: Sequence[ReviewRound]) -> UUID | None:
    """Return the pending step that this principal may decide, if there is one."""
    principal = current_principal()
    if not allows(REVIEW_DECIDE) or contract.owner_id == principal.person_id:
        return None
    steps = [step for one in rounds if one.status == RoundStatus.OPEN for step in one.steps]
    if any(step.decided_by == principal.account_id for step in steps):
        return None
    mine = (step.id for step in steps if step.status == StepStatus.PENDING and step.role in principal.roles)
    return next(mine, None)


def _may_draft(contract: Contract) -> bool:
    scope = scope_of(current_principal(), DRAFTS_ALL_CONTRACTS)
    return allows(CONTRACT_DRAFT) and reaches(current_uow().session, scope, contract.owner_id)


def _actions(contract: Contract, has_text: bool, *, may_draft: bool) -> set[str]:
    """Return what the page offers this principal in the contract's present state."""
    status, concludes = contract.status, allows(CONTRACT_CONCLUDE)
    editable = (
        ContractStatus.REQUEST, ContractStatus.DRAFTING, ContractStatus.APPROVED, ContractStatus.IN_SIGNATURE,
    )  # fmt: skip
    offered = {
        "write": may_draft and status in editable,
        "submit": may_draft and status == ContractStatus.DRAFTING and has_text,
        "withdraw": may_draft and status == ContractStatus.IN_REVIEW,
        "start_signing": concludes and status == ContractStatus.APPROVED,
        "put_in_effect": concludes and status == ContractStatus.IN_SIGNATURE,
        "terminate": concludes
        and status in (ContractStatus.REQUEST, ContractStatus.DRAFTING, ContractStatus.IN_EFFECT),
    }
    return {name for name, given in offered.items() if given}
