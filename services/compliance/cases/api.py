"""JSON: the cases that the caller is on. Any other case does not exist: 404, in no list and no count."""

from typing import Any
from uuid import UUID

from flask import Response

from services.compliance import permissions as p
from services.compliance.cases import commands, queries
from services.compliance.cases.models import Case, CaseEntry, CaseOfficer
from services.compliance.cases.rules import CaseFilter, CaseStep
from services.compliance.cases.schemas import (
    AddOfficerSchema,
    CasePageSchema,
    CaseQuerySchema,
    CaseSchema,
    CaseStepSchema,
    EntryListSchema,
    EntrySchema,
    NameSubjectSchema,
    NewCaseSchema,
    NoteSchema,
    OfficerListSchema,
    OfficerSchema,
    RecusalSchema,
)
from services.compliance.catalogue.rules import Severity
from shared.db.paging import Page
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

api = ApiBlueprint(
    "cases", __name__, url_prefix="/compliance/v1/cases", description="Red-line cases one is on"
)


@api.get("")
@guard(p.CASE_WORK)
@api.arguments(CaseQuerySchema, location="query")
@api.response(200, CasePageSchema)
@api.problems(401, 403, 422)
def list_cases(arguments: dict[str, Any]) -> Page[Case]:
    """List the cases that the caller is on."""
    return queries.list_cases(
        current_uow().session, current_principal(), CaseFilter.of(arguments), sort=arguments["sort"],
        cursor=arguments["cursor"], limit=arguments["limit"],
    )  # fmt: skip


@api.post("")
@guard(p.CASE_WORK)
@api.arguments(NewCaseSchema)
@api.response(201, CaseSchema)
@api.problems(401, 403, 404, 409, 422)
def open_case(arguments: dict[str, Any]) -> tuple[Case, int, dict[str, str]]:
    """Open a case; the caller and the officers named are on it."""
    severity = arguments.pop("severity")
    made = commands.open_case(
        current_uow(),
        current_principal(),
        now(),
        severity=Severity(severity) if severity else None,
        **arguments,
    )
    return made, 201, {"Location": f"/compliance/v1/cases/{made.id}"}


@api.get("/<uuid:case_id>")
@guard(p.CASE_WORK)
@api.response(200, CaseSchema)
@api.problems(401, 403, 404)
def get_case(case_id: UUID) -> Case:
    """Get one case."""
    return queries.get_case(current_uow().session, case_id, current_principal())


@api.post("/<uuid:case_id>/steps")
@guard(p.CASE_WORK)
@api.arguments(CaseStepSchema)
@api.response(200, CaseSchema)
@api.problems(401, 403, 404, 409, 422)
def take_step(arguments: dict[str, Any], case_id: UUID) -> Case:
    """Move a case on: to its investigation, its findings, its decision."""
    step = CaseStep(arguments["step"])
    return commands.take_step(current_uow(), current_principal(), now(), case_id, step, arguments["note"])


@api.get("/<uuid:case_id>/entries")
@guard(p.CASE_WORK)
@api.response(200, EntryListSchema)
@api.problems(401, 403, 404)
def list_entries(case_id: UUID) -> dict[str, Any]:
    """List the record of a case, the latest first."""
    session, principal = current_uow().session, current_principal()
    queries.get_case(session, case_id, principal)
    return {"items": queries.list_entries(session, case_id, principal)}


@api.post("/<uuid:case_id>/entries")
@guard(p.CASE_WORK)
@api.arguments(NoteSchema)
@api.response(201, EntrySchema)
@api.problems(401, 403, 404, 409, 422)
def write_note(arguments: dict[str, Any], case_id: UUID) -> CaseEntry:
    """Write a note into the record."""
    return commands.write_note(current_uow(), current_principal(), now(), case_id, arguments["text"])


@api.get("/<uuid:case_id>/officers")
@guard(p.CASE_WORK)
@api.response(200, OfficerListSchema)
@api.problems(401, 403, 404)
def list_officers(case_id: UUID) -> dict[str, Any]:
    """List who is on a case, those who recused themselves included."""
    session, principal = current_uow().session, current_principal()
    queries.get_case(session, case_id, principal)
    return {"items": queries.list_officers(session, case_id, principal)}


@api.post("/<uuid:case_id>/officers")
@guard(p.CASE_WORK)
@api.arguments(AddOfficerSchema)
@api.response(201, OfficerSchema)
@api.problems(401, 403, 404, 409, 422)
def add_officer(arguments: dict[str, Any], case_id: UUID) -> CaseOfficer:
    """Give another compliance officer access."""
    return commands.add_officer(current_uow(), current_principal(), now(), case_id, arguments["account_id"])


@api.post("/<uuid:case_id>/subjects")
@guard(p.CASE_WORK)
@api.arguments(NameSubjectSchema)
@api.response(204)
@api.problems(401, 403, 404, 409, 422)
def name_subject(arguments: dict[str, Any], case_id: UUID) -> Response:
    """Name another person; from here on the case does not exist for them."""
    commands.name_subject(current_uow(), current_principal(), now(), case_id, arguments["person_id"])
    return Response(status=204)


@api.post("/<uuid:case_id>/recusal")
@guard(p.CASE_WORK)
@api.arguments(RecusalSchema)
@api.response(204)
@api.problems(401, 403, 404, 409, 422)
def recuse(arguments: dict[str, Any], case_id: UUID) -> Response:
    """Declare a conflict and leave the case for good."""
    commands.recuse(current_uow(), current_principal(), now(), case_id, arguments["reason"])
    return Response(status=204)
