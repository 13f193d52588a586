"""Certificates for programs."""

from typing import Any
from uuid import UUID

from services.training.certificates.models import Certificate
from services.training.certificates.queries import get_certificate, list_certificates
from services.training.certificates.rules import CertificateState
from services.training.certificates.schemas import (
    CertificatePageSchema,
    CertificateSchema,
    CertificatesQuerySchema,
)
from services.training.permissions import CERTIFICATES_READ, visible
from shared.core.zones import local_date
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_certificates",
    __name__,
    url_prefix="/training/v1/certificates",
    description="Certificates and their documents",
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
        course_id=query["course_id"],
        issued_from=query["issued_from"],
        issued_until=query["issued_until"],
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
    return as_json(visible_certificate(certificate_id))


def as_json(certificate: Certificate) -> dict[str, Any]:
    """Return what CertificateSchema writes."""
    return {
        "id": certificate.id,
        "number": certificate.number,
        "state": certificate.state(now()),
        "person_id": certificate.person_id,
        "holder_name": certificate.holder_name,
        "course_id": certificate.course_id,
        "title": certificate.title,
        "score": certificate.score,
        "revision": certificate.revision,
        "replaces_id": certificate.replaces_id,
        "issued_at": certificate.issued_at,
        "valid_from": certificate.valid_from,
        "valid_until": certificate.valid_until,
        "verify_url": f"{this_app().settings.base_url}/training/verify/{certificate.number}",
    }


def visible_certificate(certificate_id: UUID) -> Certificate:
    """Return the certificate if it exists for who is asking; raise NotFound."""
    condition = visible(current_principal(), Certificate.person_id)
    return get_certificate(current_uow().session, certificate_id, condition)
