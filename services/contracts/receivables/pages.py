"""One receivable as a page: what came in, who collects it; and the forms to register, book and hand over."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.contracts.access.queries import SEES_ALL_CONTRACTS, SEES_ALL_RECEIVABLES, scope_of
from services.contracts.agreements.pages import find_by_number as find_person_by_number
from services.contracts.agreements.pages import parse_amount
from services.contracts.agreements.queries import find_by_number, get_contract
from services.contracts.permissions import RECEIVABLE_BOOK, RECEIVABLE_HAND_OVER, RECEIVABLE_READ
from services.contracts.receivables import commands, queries
from services.contracts.receivables.models import Receivable
from services.contracts.receivables.rules import OWED, STATUS_TITLES, days_past_due, status_on
from services.contracts.receivables.schemas import (
    HandoverFormSchema,
    ReceiptFormSchema,
    ReceivableFormSchema,
)
from services.contracts.standing.rules import Ownership, overdue_interval, split_by_owner
from shared.core.errors import DomainError, InvalidInput
from shared.core.intervals import covers
from shared.core.money import MINOR_DIGITS, Money
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard

pages = Blueprint("contracts_receivables", __name__, url_prefix="/contracts/receivables")
TONES = {
    "not_due": "neutral",
    "due": "notice",
    "overdue": "held",
    "disputed": "notice",
    "paid": "eligible",
    "written_off": "neutral",
}


@pages.get("/new")
@guard(RECEIVABLE_BOOK)
def show_new() -> str:
    """The form to register an invoice."""
    return _new(Form(ReceivableFormSchema(), {"contract_number": request.args.get("contract", "")}))


@pages.post("/new")
@guard(RECEIVABLE_BOOK)
def register() -> tuple[str, int] | Response:
    """Register an invoice."""
    form = Form(ReceivableFormSchema())
    if form.validate():
        try:
            found = _register(form.data)
            flash(_("The invoice is registered."), "eligible")
            return redirect(url_for(".show", receivable_id=found.id), 303)
        except DomainError as error:
            form.reject(error)
    return _new(form), 422


@pages.get("/<uuid:receivable_id>")
@guard(RECEIVABLE_READ)
def show(receivable_id: UUID) -> str:
    """One receivable."""
    return _page(_receivable(receivable_id), *_empty_forms(receivable_id))


@pages.post("/<uuid:receivable_id>/receipts")
@guard(RECEIVABLE_BOOK)
def record_receipt(receivable_id: UUID) -> tuple[str, int] | Response:
    """Book money that came in."""
    form = Form(ReceiptFormSchema())
    found = _receivable(receivable_id)
    if form.validate():
        try:
            amount = parse_amount(form.data["amount"], found.currency, least=1)
            commands.record_receipt(
                current_uow(), found, amount_minor=amount.minor, currency=amount.currency,
                received_on=form.data["received_on"], reference=form.data["reference"],
                principal=current_principal(), now=now(),
            )  # fmt: skip
            done = _("The receipt is booked; nothing is owed any more.")
            flash(_("The receipt is booked.") if found.settled_on is None else done, "eligible")
            return redirect(url_for(".show", receivable_id=receivable_id), 303)
        except DomainError as error:
            form.reject(error)
    return _refused(receivable_id, receipt=form)


@pages.post("/<uuid:receivable_id>/handovers")
@guard(RECEIVABLE_HAND_OVER)
def hand_over(receivable_id: UUID) -> tuple[str, int] | Response:
    """Give collection to somebody else."""
    form = Form(HandoverFormSchema())
    found = _receivable(receivable_id)
    if form.validate():
        try:
            person_id = find_person_by_number(form.data["employee_no"], "employee_no")
            assert person_id is not None
            commands.hand_over(
                current_uow(), found, person_id=person_id, reason=form.data["reason"],
                principal=current_principal(), now=now(),
            )  # fmt: skip
            flash(_("Collection is handed over from now on."), "eligible")
            return redirect(url_for(".show", receivable_id=receivable_id), 303)
        except DomainError as error:
            form.reject(error)
            if "person_id" in form.errors:
                form.errors["employee_no"] = form.errors.pop("person_id")
    return _refused(receivable_id, handover=form)


def _register(data: dict[str, Any]) -> Receivable:
    session = current_uow().session
    contract = find_by_number(session, data["contract_number"])
    if contract is None:
        problem = N_("There is no contract with this number")
        raise InvalidInput(problem, fields={"contract_number": [problem]})
    amount = parse_amount(data["amount"], data["currency"], least=1)
    return commands.register_receivable(
        current_uow(),
        get_contract(session, contract.id, scope_of(current_principal(), SEES_ALL_CONTRACTS)),
        invoice_no=data["invoice_no"],
        amount_minor=amount.minor,
        currency=amount.currency,
        due_on=data["due_on"],
        principal=current_principal(),
        now=now(),
    )


def _refused(
    receivable_id: UUID, *, receipt: Form | None = None, handover: Form | None = None
) -> tuple[str, int]:
    # What the rules refused must not leave its traces on the page that says so.
    current_uow().session.expire_all()
    first, second = _empty_forms(receivable_id)
    return _page(_receivable(receivable_id), receipt or first, handover or second), 422


def _empty_forms(receivable_id: UUID) -> tuple[Form, Form]:
    found = _receivable(receivable_id)
    owed = Money(found.outstanding_minor, found.currency).decimal
    values = {"amount": f"{owed:,}", "received_on": local_date(now()).isoformat()}
    return Form(ReceiptFormSchema(), values), Form(HandoverFormSchema())


def _receivable(receivable_id: UUID) -> Receivable:
    scope = scope_of(current_principal(), SEES_ALL_RECEIVABLES)
    return queries.get_receivable(current_uow().session, receivable_id, scope)


def _page(found: Receivable, receipt: Form, handover: Form) -> str:
    session, today = current_uow().session, local_date(now())
    ownerships = queries.list_ownerships(session, found.id)
    overdue = overdue_interval(found.due_on, found.settled_on)
    parts = split_by_owner(overdue, [Ownership(one.person_id, one.since) for one in ownerships])
    owed = found.settlement in OWED
    return render_template(
        "contracts/receivable.html",
        found=found,
        status=status_on(found.settlement, found.due_on, today),
        titles=STATUS_TITLES,
        tones=TONES,
        days=days_past_due(found.due_on, today) if owed else 0,
        overdue=overdue,
        holds_pay=covers(parts.get(found.owner_id, ()), now()),
        receipts=queries.list_receipts(session, found.id),
        ownerships=ownerships,
        names=names_of(session, [one.person_id for one in ownerships]),
        receipt=receipt,
        handover=handover,
        today=today,
        may_book=owed and allows(RECEIVABLE_BOOK),
        may_hand_over=owed and allows(RECEIVABLE_HAND_OVER),
    )


def _new(form: Form) -> str:
    return render_template(
        "contracts/receivable_new.html", form=form, currencies=[(code, code) for code in MINOR_DIGITS]
    )
