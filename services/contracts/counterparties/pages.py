"""Customers and distributors as pages."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.contracts.access.schemas import read_query
from services.contracts.counterparties import commands, queries
from services.contracts.counterparties.rules import KIND_TITLES, REGION_TITLES, CounterpartyKind
from services.contracts.counterparties.schemas import CounterpartyFormSchema, CounterpartyQuerySchema
from services.contracts.permissions import CONTRACT_DRAFT, COUNTERPARTY_READ, COUNTERPARTY_REGISTER
from shared.core.errors import DomainError
from shared.core.text import LocalizedText
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import say

pages = Blueprint("contracts_counterparties", __name__, url_prefix="/contracts")


@pages.get("/counterparties")
@guard(COUNTERPARTY_READ)
def list_all() -> str:
    """Customers and distributors; each is where a new contract begins."""
    wanted = read_query(CounterpartyQuerySchema())
    kind = wanted.pop("kind")
    page = queries.list_counterparties(
        current_uow().session, **wanted, kind=CounterpartyKind(kind) if kind else None
    )
    return render_template(
        "contracts/counterparties.html",
        page=page,
        wanted={**wanted, "kind": kind},
        kinds=KIND_TITLES,
        regions=REGION_TITLES,
        options=_options(any_of=True),
        may_register=allows(COUNTERPARTY_REGISTER),
        may_draft=allows(CONTRACT_DRAFT),
    )


@pages.get("/counterparties/new")
@guard(COUNTERPARTY_REGISTER)
def show_new() -> str:
    """The form to register one."""
    return _form(Form(CounterpartyFormSchema()))


@pages.post("/counterparties/new")
@guard(COUNTERPARTY_REGISTER)
def register() -> tuple[str, int] | Response:
    """Register one."""
    form = Form(CounterpartyFormSchema())
    if form.validate():
        data = form.data
        try:
            commands.register_counterparty(
                current_uow(),
                kind=CounterpartyKind(data["kind"]),
                name=LocalizedText(zh=data["name_zh"], en=data["name_en"]),
                region=data["region"],
                credit_code=data["credit_code"],
                principal=current_principal(),
                now=now(),
            )
            flash(_("%(name)s is registered.", name=data["name_zh"]), "eligible")
            return redirect(url_for(".list_all", search=data["name_zh"]), 303)
        except DomainError as error:
            form.reject(error)
    return _form(form), 422


def _form(form: Form) -> str:
    return render_template("contracts/counterparty_new.html", form=form, options=_options(any_of=False))


def _options(*, any_of: bool) -> dict[str, list[tuple[str, Any]]]:
    first = [("", _("All") if any_of else _("Please choose"))]
    return {
        "kind": first + [(kind.value, say(title)) for kind, title in KIND_TITLES.items()],
        "region": first + [(region, say(title)) for region, title in REGION_TITLES.items()],
    }
