"""Earlier completions for programs: hand a file in, look, apply; and what was taken over."""

from typing import Any
from uuid import UUID

from services.training.imports.commands import MAX_UPLOAD, check_import, discard_import, start_import
from services.training.imports.models import LegacyCompletion, LegacyImport
from services.training.imports.queries import get_import, list_completions, list_imports, preview_of
from services.training.imports.rules import ImportStatus
from services.training.imports.schemas import (
    EarlierCompletionsSchema,
    EarlierQuerySchema,
    ImportPageSchema,
    ImportSchema,
    ImportsQuerySchema,
    ImportUploadSchema,
)
from services.training.permissions import CERTIFICATES_READ, IMPORT, visible
from shared.core.zones import local_date
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.i18n import say
from shared.web.uploads import file_store, takes_upload

blp = ApiBlueprint(
    "training_imports",
    __name__,
    url_prefix="/training/v1/imports",
    description="What people completed before the suite knew them",
)
completions_blp = ApiBlueprint(
    "training_earlier",
    __name__,
    url_prefix="/training/v1/earlier-completions",
    description="Completions taken over from before",
)

_MOST = 500
_FORMATS = "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PROOFS = (
    "application/pdf, image/png, image/jpeg, image/webp, "
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)
_ENCODING = {"file": {"contentType": _FORMATS}, "evidence": {"contentType": _PROOFS}}
_NAMES = ("id", "status", "file_name", "file_sha256", "uploaded_at", "decided_at", "added", "corrected")


@blp.get("")
@guard(IMPORT)
@blp.arguments(ImportsQuerySchema, location="query")
@blp.response(200, ImportPageSchema)
@blp.problems(401, 403, 422)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """List the files that were handed in, the latest first."""
    page = list_imports(current_uow().session, cursor=query["cursor"], limit=query["limit"])
    return {"items": [as_json(one) for one in page.items], "next_cursor": page.next_cursor}


@blp.post("")
@guard(IMPORT)
@takes_upload(MAX_UPLOAD)
@blp.doc(requestBody={"content": {"multipart/form-data": {"encoding": _ENCODING}}})
@blp.arguments(ImportUploadSchema, location="files")
@blp.response(201, ImportSchema)
@blp.problems(401, 403, 413, 422)
def upload(files: dict[str, Any]) -> Any:
    """Hand in a file, with the evidence that its rows name, and see what it would do. Nothing is taken over yet."""
    uow, file = current_uow(), files["file"]
    evidence = [(one.filename or "", one.stream) for one in files["evidence"]]
    found = check_import(
        uow, file_store(), file.stream, file.filename or "", evidence, actor=current_principal(), now=now()
    )
    return _described(found), 201, {"Location": f"/training/v1/imports/{found.id}"}


@blp.get("/<uuid:import_id>")
@guard(IMPORT)
@blp.response(200, ImportSchema)
@blp.problems(401, 403, 404)
def get_one(import_id: UUID) -> dict[str, Any]:
    """Get one file, with what it would do as things stand now."""
    return _described(get_import(current_uow().session, import_id))


@blp.post("/<uuid:import_id>/apply")
@guard(IMPORT)
@blp.response(202, ImportSchema)
@blp.problems(401, 403, 404, 409)
def apply(import_id: UUID) -> dict[str, Any]:
    """Take over what the file says; a job does it, and the file's status tells how far it is."""
    uow = current_uow()
    found = get_import(uow.session, import_id)
    plan = preview_of(uow.session, file_store(), found, local_date(now())).plan
    start_import(uow, found, plan, actor=current_principal(), now=now())
    return _described(found)


@blp.post("/<uuid:import_id>/discard")
@guard(IMPORT)
@blp.response(200, ImportSchema)
@blp.problems(401, 403, 404, 409)
def discard(import_id: UUID) -> dict[str, Any]:
    """Set the file aside."""
    uow = current_uow()
    found = get_import(uow.session, import_id)
    discard_import(uow, found, actor=current_principal(), now=now())
    return _described(found)


@completions_blp.get("")
@guard(CERTIFICATES_READ)
@completions_blp.arguments(EarlierQuerySchema, location="query")
@completions_blp.response(200, EarlierCompletionsSchema)
@completions_blp.problems(401, 403, 422)
def list_earlier(query: dict[str, Any]) -> dict[str, Any]:
    """List one's own earlier completions, or those of `person_id` as far as they are open to the asker."""
    principal = current_principal()
    person_id = query["person_id"] or principal.person_id
    if person_id is None:
        return {"items": []}
    condition = visible(principal, LegacyCompletion.person_id)
    found = list_completions(current_uow().session, condition, person_id=person_id)
    return {"items": [_completion_as_json(one) for one, _ in found]}


def as_json(found: LegacyImport) -> dict[str, Any]:
    """Return what ListedImportSchema writes."""
    return {name: getattr(found, name) for name in _NAMES}


def _described(found: LegacyImport) -> dict[str, Any]:
    preview = None
    if found.status is ImportStatus.CHECKED:
        session = current_uow().session
        session.flush()  # The evidence that was just handed in is read back.
        would = preview_of(session, file_store(), found, local_date(now()))
        corrected = sum(step.corrects for step in would.plan.steps)
        preview = {
            "rows": would.rows,
            "added": len(would.plan.steps) - corrected,
            "corrected": corrected,
            "unchanged": would.plan.unchanged,
            "problem_count": len(would.plan.errors),
            "problems": [
                {"row": one.row, "field": one.field, "message": say(one.message)}
                for one in would.plan.errors[:_MOST]
            ],
            "unused_evidence": would.unused,
        }
    return as_json(found) | {"preview": preview}


def _completion_as_json(one: LegacyCompletion) -> dict[str, Any]:
    names = (
        "id",
        "person_id",
        "course_id",
        "completed_on",
        "valid_until",
        "score",
        "certificate_no",
        "issuer",
    )
    return {name: getattr(one, name) for name in names} | {"has_evidence": one.evidence_sha256 is not None}
