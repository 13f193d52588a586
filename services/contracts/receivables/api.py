"""Receivables over HTTP."""

from typing import Any
from uuid import UUID

from services.contracts.access.queries import SEES_ALL_CONTRACTS, SEES_ALL_RECEIVABLES, Scope, scope_of
from services.contracts.agreements.queries import get_contract
from services.contracts.permissions import RECEIVABLE_BOOK, RECEIVABLE_HAND_OVER, RECEIVABLE_READ
from services.contracts.receivables import commands, queries
from services.contracts.receivables.models import Receipt, Receivable
from services.contracts.receivables.rules import Bucket, ReceivableStatus
from services.contracts.receivables.schemas import (
    AgeingQuerySchema,
    AgeingSchema,
    HandoverSchema,
    NewReceiptSchema,
    NewReceivableSchema,
    ReceiptSchema,
    ReceivableDetailSchema,
    ReceivableQuerySchema,
    ReceivableSchema,
)
from shared.core.zones import local_date
from shared.db.paging import Page
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import page_schema

blp = ApiBlueprint(
    "receivables",
    __name__,
    url_prefix="/contracts/v1",
    description="Receivables, receipts, handovers and ageing, within the caller's reach.",
)


@blp.get("/receivables/")
@guard(RECEIVABLE_READ)
@blp.arguments(ReceivableQuerySchema, location="query")
@blp.response(200, page_schema(ReceivableSchema))
@blp.problems(401, 403, 422)
def list_all(arguments: dict[str, Any]) -> Page[Receivable]:
    """List receivables by due day or amount."""
    paging = {name: arguments.pop(name) for name in ("sort", "cursor", "limit")}
    return queries.list_receivables(
        current_uow().session, _scope(), make_filter(arguments), today=local_date(now()), **paging
    )


@blp.post("/receivables/")
@guard(RECEIVABLE_BOOK)
@blp.arguments(NewReceivableSchema)
@blp.response(201, ReceivableSchema)
@blp.problems(401, 403, 404, 409, 422)
def register(values: dict[str, Any]) -> tuple[Receivable, int, dict[str, str]]:
    """Register an invoice of a contract."""
    scope = scope_of(current_principal(), SEES_ALL_CONTRACTS)
    contract = get_contract(current_uow().session, values.pop("contract_id"), scope)
    made = commands.register_receivable(
        current_uow(), contract, **values, principal=current_principal(), now=now()
    )
    return made, 201, {"Location": f"{blp.url_prefix}/receivables/{made.id}"}


@blp.get("/receivables/<uuid:receivable_id>")
@guard(RECEIVABLE_READ)
@blp.response(200, ReceivableDetailSchema)
@blp.problems(401, 403, 404)
def get_one(receivable_id: UUID) -> dict[str, Any]:
    """Return a receivable with what came in and who has collected it."""
    found = _receivable(receivable_id)
    session = current_uow().session
    return {
        **{name: getattr(found, name) for name in ReceivableSchema().fields},
        "receipts": queries.list_receipts(session, found.id),
        "ownerships": queries.list_ownerships(session, found.id),
    }


@blp.post("/receivables/<uuid:receivable_id>/receipts")
@guard(RECEIVABLE_BOOK)
@blp.arguments(NewReceiptSchema)
@blp.response(201, ReceiptSchema)
@blp.problems(401, 403, 404, 409, 422)
def record_receipt(values: dict[str, Any], receivable_id: UUID) -> tuple[Receipt, int, dict[str, str]]:
    """Book money on a debt; the same reference twice, another currency or too much is a 409."""
    made = commands.record_receipt(
        current_uow(), _receivable(receivable_id), **values, principal=current_principal(), now=now()
    )
    return made, 201, {"Location": f"{blp.url_prefix}/receivables/{receivable_id}"}


@blp.post("/receivables/<uuid:receivable_id>/handovers")
@guard(RECEIVABLE_HAND_OVER)
@blp.arguments(HandoverSchema)
@blp.response(200, ReceivableSchema)
@blp.problems(401, 403, 404, 409, 422)
def hand_over(values: dict[str, Any], receivable_id: UUID) -> Receivable:
    """Give collection to somebody else from now on."""
    found = _receivable(receivable_id)
    commands.hand_over(current_uow(), found, **values, principal=current_principal(), now=now())
    return found


@blp.get("/ageing")
@guard(RECEIVABLE_READ)
@blp.arguments(AgeingQuerySchema, location="query")
@blp.response(200, AgeingSchema)
@blp.problems(401, 403, 422)
def age(arguments: dict[str, Any]) -> queries.Ageing:
    """Add up what is owed by owner or customer and days past due."""
    return queries.age_receivables(
        current_uow().session, _scope(), by=queries.AgeingBy(arguments["by"]), today=local_date(now()),
        currency=arguments["currency"],
    )  # fmt: skip


def make_filter(arguments: dict[str, Any]) -> queries.Filter:
    """Return the conditions that a query's arguments name."""
    status, bucket = arguments.pop("status"), arguments.pop("bucket")
    return queries.Filter(
        status=ReceivableStatus(status) if status else None,
        bucket=Bucket(bucket) if bucket else None,
        **arguments,
    )


def _scope() -> Scope:
    return scope_of(current_principal(), SEES_ALL_RECEIVABLES)


def _receivable(receivable_id: UUID) -> Receivable:
    return queries.get_receivable(current_uow().session, receivable_id, _scope())
