"""Roster files over HTTP: upload, look, apply."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from services.people.imports import commands, queries
from services.people.imports.models import RosterImport
from services.people.imports.queries import Preview
from services.people.imports.rules import Kind, Step
from services.people.imports.schemas import ApplySchema, RosterImportSchema, UploadQuerySchema, UploadSchema
from services.people.permissions import ROSTER_IMPORT
from services.people.sheets.rules import say_value
from shared.core.zones import local_date
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.i18n import locale_code, say

blp = ApiBlueprint(
    "roster-imports",
    __name__,
    url_prefix="/people/v1/roster-imports",
    description="Roster files, previewed and then applied whole or not at all",
)

_MOST = 500
_FORMATS = "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blp.post("")
@guard(ROSTER_IMPORT)
@blp.doc(requestBody={"content": {"multipart/form-data": {"encoding": {"file": {"contentType": _FORMATS}}}}})
@blp.arguments(UploadQuerySchema, location="query")
@blp.arguments(UploadSchema, location="files")
@blp.response(201, RosterImportSchema)
@blp.problems(401, 403, 413, 422)
def upload_roster(arguments: dict[str, Any], files: dict[str, FileStorage]) -> Any:
    """Upload a roster file and see what it would do. Nobody on the roster changes yet."""
    uow, file = current_uow(), files["file"]
    made = commands.upload_roster(
        uow, file.read(), file.filename or "", whole_roster=arguments["whole_roster"],
        actor=current_principal(), now=now(),
    )  # fmt: skip
    # The preview reads the rows back as anybody will later.
    uow.session.flush()
    return _describe(uow.session, made), 201, {"Location": f"/people/v1/roster-imports/{made.id}"}


@blp.get("/<uuid:import_id>")
@guard(ROSTER_IMPORT)
@blp.response(200, RosterImportSchema)
@blp.problems(401, 403, 404)
def get_roster_import(import_id: UUID) -> dict[str, Any]:
    """Return a roster file with what it would do to the roster as it stands now."""
    session = current_uow().session
    return _describe(session, queries.get_import(session, import_id))


@blp.post("/<uuid:import_id>/apply")
@guard(ROSTER_IMPORT)
@blp.arguments(ApplySchema)
@blp.response(200, RosterImportSchema)
@blp.problems(401, 403, 404, 409, 422)
def apply_roster_import(arguments: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """Do all that the file says, provided that the roster is the one of the preview."""
    uow = current_uow()
    done = commands.apply_import(
        uow, import_id, roster_digest=arguments["roster_digest"], actor=current_principal(), now=now()
    )
    return _describe(uow.session, done)


def _describe(session: Session, one: RosterImport) -> dict[str, Any]:
    preview = queries.find_preview(session, one, local_date(now())) if one.expires_at > now() else None
    names = (
        "id", "filename", "file_sha256", "row_count", "columns", "ignored", "whole_roster", "uploaded_at",
        "expires_at", "decided_at", "added", "changed", "ended",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "status": one.status.value,
        "preview": _describe_preview(preview) if preview else None,
    }


def _describe_preview(preview: Preview) -> dict[str, Any]:
    plan = preview.plan
    return {
        "roster_digest": preview.roster_digest,
        **{kind.value: len(plan.of(kind)) for kind in Kind},
        "unchanged": plan.unchanged,
        "problem_count": len(plan.errors),
        "problems": [
            {"row": error.row, "field": error.field, "message": say(error.message)}
            for error in plan.errors[:_MOST]
        ],
        "stop": say(plan.stop) if plan.stop else None,
        "steps": [_describe_step(step) for step in plan.steps[:_MOST]],
    }


def _describe_step(step: Step) -> dict[str, Any]:
    locale = locale_code()
    return {
        "kind": step.kind.value,
        "row": step.row,
        "employee_no": step.facts.employee_no,
        "name": step.facts.name,
        "changes": [
            {
                "field": change.field,
                "before": say_value(change.field, change.before, locale),
                "after": say_value(change.field, change.after, locale),
            }
            for change in step.changes
        ],
    }
