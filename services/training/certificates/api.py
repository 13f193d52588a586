"""Certificates for programs, and the public answer to "is this one genuine?"."""

from typing import Any
from uuid import UUID

from flask import Response

from services.training.certificates.commands import freeze_document
from services.training.certificates.models import Certificate
from services.training.certificates.queries import find_by_number, get_certificate, list_certificates
from services.training.certificates.rules import CertificateState, parse_number
from services.training.certificates.schemas import (
    CertificatePageSchema,
    CertificateSchema,
    CertificatesQuerySchema,
    DocumentQuerySchema,
    VerifiedSchema,
)
from services.training.permissions import CERTIFICATES_READ, visible
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import guard, public

blp = ApiBlueprint(
    "training_certificates",
    __name__,
    url_prefix="/training/v1/certificates",
    description="Certificates and their documents",
)
verify_blp = ApiBlueprint(
    "training_verify",
    __name__,
    url_prefix="/training/v1/verify",
    description="What a certificate is worth, for anybody who has its number",
)


@blp.get("")
@guard(CERTIFICATES_READ)
@blp.arguments(CertificatesQuerySchema, location="query")
@blp.response(200, CertificatePageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List certificates, the newest first: one's own; a manager's team; for trainers and auditors all."""
    page = list_certificates(
        current_uow().session,
        visible(current_principal(), Certificate.person_id),
        today=local_date(now()),
        search=query["search"],
        person_id=query["person_id"],
        state=CertificateState(query["state"]) if query["state"] else None,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    return {"items": [as_json(one) for one in page.items], "next_cursor": page.next_cursor}


@blp.get("/<uuid:certificate_id>")
@guard(CERTIFICATES_READ)
@blp.response(200, CertificateSchema)
@blp.problems(401, 403, 404)
def get_one(certificate_id: UUID) -> dict[str, Any]:
    """Get one certificate."""
    return as_json(_visible(certificate_id))


@blp.get("/<uuid:certificate_id>/document")
@guard(CERTIFICATES_READ)
@blp.arguments(DocumentQuerySchema, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@blp.problems(401, 403, 404, 422, 503)
def get_document(query: dict[str, Any], certificate_id: UUID) -> Response:
    """Download the certificate as it was issued: the same bytes every time."""
    certificate = _visible(certificate_id)
    return pdf_response(certificate, query["language"])


@verify_blp.get("/<string(maxlength=60):number>")
@public("whoever is shown a certificate must be able to check it")
@verify_blp.doc(security=[])
@verify_blp.response(200, VerifiedSchema)
@verify_blp.problems(404)
def verify(number: str) -> dict[str, Any]:
    """Say what the certificate of a number is worth now; spaces, hyphens and small letters do not matter."""
    parsed = parse_number(number)
    found = find_by_number(current_uow().session, parsed) if parsed else None
    if found is None:
        raise NotFound(N_("No certificate has this number"))
    return as_json(found)


def pdf_response(certificate: Certificate, language: str) -> Response:
    """Return the frozen document as a download."""
    app = this_app()
    pdf = freeze_document(app.database, certificate.id, language, base_url=app.settings.base_url, now=now())
    name = f"{certificate.number}.pdf" if language == "both" else f"{certificate.number}-{language}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def as_json(certificate: Certificate) -> dict[str, Any]:
    """Return what CertificateSchema writes (VerifiedSchema takes the part that is public)."""
    return {
        "id": certificate.id,
        "number": certificate.number,
        "state": certificate.state(now()),
        "person_id": certificate.person_id,
        "holder_name": certificate.holder_name,
        "course_id": certificate.course_id,
        "title": certificate.title,
        "score": certificate.score,
        "issued_at": certificate.issued_at,
        "valid_from": certificate.valid_from,
        "valid_until": certificate.valid_until,
        "verify_url": f"{this_app().settings.base_url}/training/verify/{certificate.number}",
    }


def _visible(certificate_id: UUID) -> Certificate:
    condition = visible(current_principal(), Certificate.person_id)
    return get_certificate(current_uow().session, certificate_id, condition)
