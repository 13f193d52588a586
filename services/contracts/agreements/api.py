"""Contracts over HTTP."""

import base64
import binascii
from typing import Any
from uuid import UUID

from flask import Response

from services.contracts.access.queries import SEES_ALL_CONTRACTS, Scope, scope_of
from services.contracts.agreements import commands, queries
from services.contracts.agreements.models import Contract, ContractVersion
from services.contracts.agreements.rules import ContractStatus, ContractStep, ContractType
from services.contracts.agreements.schemas import (
    ContractDetailSchema,
    ContractQuerySchema,
    ContractSchema,
    NewContractSchema,
    NewVersionSchema,
    StepSchema,
    VersionSchema,
)
from services.contracts.files.queries import get_content
from services.contracts.permissions import CONTRACT_CONCLUDE, CONTRACT_DRAFT, CONTRACT_READ
from shared.core.errors import Conflict
from shared.core.text import N_
from shared.db.paging import Page
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import page_schema

blp = ApiBlueprint(
    "contracts",
    __name__,
    url_prefix="/contracts/v1/contracts",
    description="Contracts and their versions, within the caller's reach.",
)


@blp.get("/")
@guard(CONTRACT_READ)
@blp.arguments(ContractQuerySchema, location="query")
@blp.response(200, page_schema(ContractSchema))
@blp.problems(401, 403, 422)
def list_all(arguments: dict[str, Any]) -> Page[Contract]:
    """List contracts, newest first."""
    status, kind = arguments.pop("status"), arguments.pop("type")
    return queries.list_contracts(
        current_uow().session,
        _scope(),
        **arguments,
        status=ContractStatus(status) if status else None,
        kind=ContractType(kind) if kind else None,
    )


@blp.post("/")
@guard(CONTRACT_DRAFT)
@blp.arguments(NewContractSchema)
@blp.response(201, ContractSchema)
@blp.problems(401, 403, 404, 409, 422)
def request_contract(values: dict[str, Any]) -> tuple[Contract, int, dict[str, str]]:
    """Ask for a contract."""
    wanted = commands.NewContract(**{**values, "type": ContractType(values["type"])})
    made = commands.request_contract(current_uow(), wanted, principal=current_principal(), now=now())
    return made, 201, {"Location": f"{blp.url_prefix}/{made.id}"}


@blp.get("/<uuid:contract_id>")
@guard(CONTRACT_READ)
@blp.response(200, ContractDetailSchema)
@blp.problems(401, 403, 404)
def get_one(contract_id: UUID) -> dict[str, Any]:
    """Return a contract with its versions."""
    contract = _contract(contract_id)
    versions = queries.list_versions(current_uow().session, contract.id)
    return {**{name: getattr(contract, name) for name in ContractSchema().fields}, "versions": versions}


@blp.post("/<uuid:contract_id>/versions")
@guard(CONTRACT_DRAFT)
@blp.arguments(NewVersionSchema)
@blp.response(201, VersionSchema)
@blp.problems(401, 403, 404, 409, 413, 422)
def add_version(values: dict[str, Any], contract_id: UUID) -> tuple[ContractVersion, int, dict[str, str]]:
    """Put in a text: into the draft if there is one, as the next version otherwise."""
    contract = _contract(contract_id)
    made = commands.save_version(
        current_uow(), contract, file_name=values["file_name"], content=_content(values),
        principal=current_principal(), now=now(),
    )  # fmt: skip
    place = f"{blp.url_prefix}/{contract.id}/versions/{made.number}/file"
    return made, 201, {"Location": place}


@blp.get("/<uuid:contract_id>/versions/<int(min=1, max=100000):number>/file")
@guard(CONTRACT_READ)
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@blp.problems(401, 403, 404)
def get_file(contract_id: UUID, number: int) -> Response:
    """Return the bytes of a version, as they were put in."""
    contract = _contract(contract_id)
    version = queries.get_version(current_uow().session, contract.id, number)
    response = Response(
        get_content(current_uow().session, version.sha256), mimetype="application/octet-stream"
    )
    response.headers.set("Content-Disposition", "attachment", filename=version.file_name)
    return response


@blp.post("/<uuid:contract_id>/steps")
@guard(CONTRACT_CONCLUDE)
@blp.arguments(StepSchema)
@blp.response(200, ContractSchema)
@blp.problems(401, 403, 404, 409, 422)
def take_step(values: dict[str, Any], contract_id: UUID) -> Contract:
    """Send an approved contract for signature, put a signed one in effect, or end one."""
    contract = _contract(contract_id)
    commands.conclude(
        current_uow(), contract, ContractStep(values["step"]), signed_on=values["signed_on"],
        principal=current_principal(), now=now(),
    )  # fmt: skip
    return contract


def _scope() -> Scope:
    return scope_of(current_principal(), SEES_ALL_CONTRACTS)


def _contract(contract_id: UUID) -> Contract:
    return queries.get_contract(current_uow().session, contract_id, _scope())


def _content(values: dict[str, Any]) -> bytes:
    text, encoded = values["text"], values["content_base64"]
    if (text is None) == (encoded is None):
        raise Conflict(N_("Send either a text or a file, not both"))
    if encoded is None:
        return bytes(text, "utf-8")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Conflict(N_("The file is not in base64")) from error
