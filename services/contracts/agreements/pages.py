"""Lists of contracts, asking for one, and the files of versions. The contract's own page is in dossier."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.contracts.access.queries import SEES_ALL_CONTRACTS, scope_of
from services.contracts.access.schemas import read_query
from services.contracts.agreements import commands, queries
from services.contracts.agreements.models import Contract
from services.contracts.agreements.rules import (
    STATUS_TITLES,
    TYPE_TITLES,
    ContractStatus,
    ContractType,
    is_unapproved_in_effect,
)
from services.contracts.agreements.schemas import ContractFormSchema, ContractQuerySchema
from services.contracts.counterparties.models import Counterparty
from services.contracts.counterparties.queries import get_counterparty
from services.contracts.counterparties.rules import PRODUCT_LINE_TITLES
from services.contracts.files.queries import get_content
from services.contracts.permissions import CONTRACT_DRAFT, CONTRACT_READ
from shared.core.errors import DomainError, InvalidInput, NotFound
from shared.core.money import MINOR_DIGITS, Money
from shared.core.principals import Role
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import find_by_employee_no, names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import say

pages = Blueprint("contracts_agreements", __name__, url_prefix="/contracts")
TONES = {
    ContractStatus.REQUEST: "neutral",
    ContractStatus.DRAFTING: "neutral",
    ContractStatus.IN_REVIEW: "accent",
    ContractStatus.APPROVED: "eligible",
    ContractStatus.IN_SIGNATURE: "accent",
    ContractStatus.IN_EFFECT: "eligible",
    ContractStatus.EXPIRED: "neutral",
    ContractStatus.TERMINATED: "neutral",
    ContractStatus.SUPERSEDED: "neutral",
}


@dataclass(frozen=True)
class ContractLine:
    """A contract as a list shows it."""

    contract: Contract
    owner: str
    holds_pay: bool


@pages.get("/")
@guard(CONTRACT_READ)
def list_all() -> str:
    """The contracts that one sees, newest first."""
    wanted = read_query(ContractQuerySchema())
    status, kind = wanted.pop("status"), wanted.pop("type")
    session = current_uow().session
    page = queries.list_contracts(
        session,
        scope_of(current_principal(), SEES_ALL_CONTRACTS),
        **wanted,
        status=ContractStatus(status) if status else None,
        kind=ContractType(kind) if kind else None,
    )
    names = names_of(session, [one.owner_id for one in page.items])
    today = local_date(now())
    return render_template(
        "contracts/contracts.html",
        lines=[ContractLine(one, names.get(one.owner_id, ""), _holds_pay(one, today)) for one in page.items],
        next_cursor=page.next_cursor,
        wanted={**wanted, "status": status, "type": kind},
        statuses=STATUS_TITLES,
        types=TYPE_TITLES,
        tones=TONES,
        options=_list_options(),
        may_draft=allows(CONTRACT_DRAFT),
    )


@pages.get("/new")
@guard(CONTRACT_DRAFT)
def show_new() -> str | Response:
    """The form to ask for a contract with the customer that the address names; without one, choose one first."""
    counterparty = _chosen()
    if counterparty is None:
        flash(_("Choose the customer or distributor that the contract is with."), "notice")
        return redirect(url_for("contracts_counterparties.list_all"), 303)
    return _form(Form(ContractFormSchema(), {"counterparty_id": counterparty.id}), counterparty)


@pages.post("/new")
@guard(CONTRACT_DRAFT)
def request_contract() -> tuple[str, int] | Response:
    """Ask for a contract."""
    form = Form(ContractFormSchema())
    valid = form.validate()
    counterparty = _chosen()
    if counterparty is None:
        raise NotFound(N_("There is no such customer or distributor"))
    if valid:
        try:
            contract_id = _request(form.data)
            flash(_("The contract is requested. Put in its text next."), "eligible")
            return redirect(url_for("contracts_dossier.show", contract_id=contract_id), 303)
        except DomainError as error:
            form.reject(error)
    return _form(form, counterparty), 422


@pages.get("/<uuid:contract_id>/versions/<int:number>/file")
@guard(CONTRACT_READ)
def download(contract_id: UUID, number: int) -> FlaskResponse:
    """A version's file, as it was put in; it is saved, never shown as a page of ours."""
    session = current_uow().session
    scope = scope_of(current_principal(), SEES_ALL_CONTRACTS)
    contract = queries.get_contract(session, contract_id, scope)
    version = queries.get_version(session, contract.id, number)
    response = FlaskResponse(get_content(session, version.sha256), mimetype=version.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=version.file_name)
    return response


def _request(data: dict[str, Any]) -> UUID:
    amount = parse_amount(data["amount"], data["currency"])
    line = data["product_lines"]
    wanted = commands.NewContract(
        number=data["number"], title=data["title"], type=ContractType(data["type"]),
        counterparty_id=data["counterparty_id"], owner_id=find_by_number(data["owner_no"], "owner_no"),
        product_lines=[line] if line else [], amount_minor=amount.minor, currency=amount.currency,
        effective_on=data["effective_on"], ends_on=data["ends_on"],
    )  # fmt: skip
    return commands.request_contract(current_uow(), wanted, principal=current_principal(), now=now()).id


def parse_amount(text: str, currency: str, *, least: int = 0) -> Money:
    """Read an amount as people write it; raise InvalidInput at the field `amount`."""
    try:
        found = Money.parse(text, currency)
    except InvalidInput as error:
        raise InvalidInput(error.message, fields={"amount": [error.message]}) from error
    if found.minor < least:
        problem = N_("The amount must be larger than that")
        raise InvalidInput(problem, fields={"amount": [problem]})
    return found


def find_by_number(employee_no: str, field: str) -> UUID | None:
    """Return who has this number (None for no number); raise InvalidInput at the field when nobody has it."""
    if not employee_no:
        return None
    person = find_by_employee_no(current_uow().session, employee_no)
    if person is None:
        problem = N_("Nobody on the roster has this employee number")
        raise InvalidInput(problem, fields={field: [problem]})
    return person.id


def _chosen() -> Counterparty | None:
    given = request.values.get("counterparty_id", "")
    try:
        return get_counterparty(current_uow().session, UUID(given)) if given else None
    except ValueError:
        return None


def _holds_pay(contract: Contract, today: date) -> bool:
    return is_unapproved_in_effect(contract.status, contract.effective_on, today)


def _form(form: Form, counterparty: Counterparty) -> str:
    principal = current_principal()
    return render_template(
        "contracts/contract_new.html",
        form=form,
        counterparty=counterparty,
        options={
            "type": [("", _("Please choose")), *((one.value, say(text)) for one, text in TYPE_TITLES.items())],
            "product_lines": [
                ("", _("Not said")), *((code, say(text)) for code, text in PRODUCT_LINE_TITLES.items())
            ],
            "currency": [(code, code) for code in MINOR_DIGITS],
        },
        for_others=bool({Role.MANAGER, Role.LEGAL} & principal.roles),
        is_person=principal.person_id is not None,
    )  # fmt: skip


def _list_options() -> dict[str, list[tuple[str, str]]]:
    first = [("", _("All"))]
    return {
        "status": first + [(one.value, say(title)) for one, title in STATUS_TITLES.items()],
        "type": first + [(one.value, say(title)) for one, title in TYPE_TITLES.items()],
    }
