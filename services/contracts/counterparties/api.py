"""Counterparties over HTTP."""

from typing import Any
from uuid import UUID

from services.contracts.counterparties import commands, queries
from services.contracts.counterparties.models import Counterparty
from services.contracts.counterparties.rules import CounterpartyKind
from services.contracts.counterparties.schemas import (
    CounterpartyQuerySchema,
    CounterpartySchema,
    NewCounterpartySchema,
)
from services.contracts.permissions import COUNTERPARTY_READ, COUNTERPARTY_REGISTER
from shared.core.text import LocalizedText
from shared.db.paging import Page
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import page_schema

blp = ApiBlueprint(
    "counterparties",
    __name__,
    url_prefix="/contracts/v1/counterparties",
    description="Customers and distributors.",
)


@blp.get("/")
@guard(COUNTERPARTY_READ)
@blp.arguments(CounterpartyQuerySchema, location="query")
@blp.response(200, page_schema(CounterpartySchema))
@blp.problems(401, 403, 422)
def list_all(arguments: dict[str, Any]) -> Page[Counterparty]:
    """List counterparties by credit code."""
    kind = arguments.pop("kind")
    return queries.list_counterparties(
        current_uow().session, **arguments, kind=CounterpartyKind(kind) if kind else None
    )


@blp.post("/")
@guard(COUNTERPARTY_REGISTER)
@blp.arguments(NewCounterpartySchema)
@blp.response(201, CounterpartySchema)
@blp.problems(401, 403, 409, 422)
def register(values: dict[str, Any]) -> tuple[Counterparty, int, dict[str, str]]:
    """Register a customer or distributor."""
    made = commands.register_counterparty(
        current_uow(),
        kind=CounterpartyKind(values["kind"]),
        name=LocalizedText(**values["name"]),
        region=values["region"],
        credit_code=values["credit_code"],
        principal=current_principal(),
        now=now(),
    )
    return made, 201, {"Location": f"{blp.url_prefix}/{made.id}"}


@blp.get("/<uuid:counterparty_id>")
@guard(COUNTERPARTY_READ)
@blp.response(200, CounterpartySchema)
@blp.problems(401, 403, 404)
def get_one(counterparty_id: UUID) -> Counterparty:
    """Return one counterparty."""
    return queries.get_counterparty(current_uow().session, counterparty_id)
