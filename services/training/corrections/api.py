"""Revoking and replacing certificates for programs."""

from typing import Any
from uuid import UUID

from services.training.certificates.api import as_json, visible_certificate
from services.training.certificates.commands import Evidence
from services.training.certificates.schemas import CertificateSchema, RevocationSchema
from services.training.corrections.commands import (
    decode_file,
    replace_with_evidence,
    revoke_with_evidence,
    take_evidence,
)
from services.training.permissions import REVOKE
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.uploads import file_store

blp = ApiBlueprint(
    "training_corrections",
    __name__,
    url_prefix="/training/v1/certificates",
    description="Revoking and replacing certificates, with evidence",
)


@blp.post("/<uuid:certificate_id>/revoke")
@guard(REVOKE)
@blp.arguments(RevocationSchema)
@blp.response(200, CertificateSchema)
@blp.problems(400, 401, 403, 404, 409, 413, 415, 422)
def revoke(data: dict[str, Any], certificate_id: UUID) -> dict[str, Any]:
    """Revoke a certificate: from now on it does not count, and its public page and its badge say so."""
    certificate = visible_certificate(certificate_id)
    revoke_with_evidence(current_uow(), certificate, _evidence(data), actor=current_principal(), now=now())
    return as_json(certificate)


@blp.post("/<uuid:certificate_id>/replace")
@guard(REVOKE)
@blp.arguments(RevocationSchema)
@blp.response(201, CertificateSchema)
@blp.problems(400, 401, 403, 404, 409, 413, 415, 422)
def replace(data: dict[str, Any], certificate_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Issue a certificate, with a number of its own, in place of one whose name or title is wrong."""
    certificate = visible_certificate(certificate_id)
    anew = replace_with_evidence(
        current_uow(), certificate, _evidence(data), actor=current_principal(), now=now()
    )
    return as_json(anew), 201, {"Location": f"/training/v1/certificates/{anew.id}"}


def _evidence(data: dict[str, Any]) -> Evidence:
    stream = decode_file(data["evidence"]["content"])
    return take_evidence(
        current_uow(), file_store(), data["reason"], stream, data["evidence"]["name"], now=now()
    )
