"""Documents for programs, and the public answer to "is this one genuine?"."""

from typing import Any
from uuid import UUID

from flask import Response

from services.training.certificates.api import as_json, visible_certificate
from services.training.certificates.models import Certificate
from services.training.certificates.queries import find_by_number
from services.training.certificates.rules import parse_number
from services.training.permissions import CERTIFICATES_READ
from services.training.printing.commands import freeze_document
from services.training.printing.queries import list_documents
from services.training.printing.schemas import DocumentQuerySchema, VerifiedSchema
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow, now, this_app
from shared.web.guards import guard, public

blp = ApiBlueprint(
    "training_documents",
    __name__,
    url_prefix="/training/v1/certificates",
    description="The documents of certificates",
)
verify_blp = ApiBlueprint(
    "training_verify",
    __name__,
    url_prefix="/training/v1/verify",
    description="What a certificate is worth, for anybody who has its number",
)


@blp.get("/<uuid:certificate_id>/document")
@guard(CERTIFICATES_READ)
@blp.arguments(DocumentQuerySchema, location="query")
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@blp.problems(401, 403, 404, 422, 503)
def get_document(query: dict[str, Any], certificate_id: UUID) -> Response:
    """Download the certificate as it was issued: PDF/A-3 with its data inside, signed, the same bytes every time."""
    return pdf_response(visible_certificate(certificate_id), query["language"])


@verify_blp.get("/<string(maxlength=60):number>")
@public("whoever is shown a certificate must be able to check it")
@verify_blp.doc(security=[])
@verify_blp.response(200, VerifiedSchema)
@verify_blp.problems(404)
def verify(number: str) -> dict[str, Any]:
    """Say what the certificate of a number is worth now; spaces, hyphens and small letters do not matter.

    A file whose SHA-256 is one of the documents' is that document as issued.
    """
    parsed = parse_number(number)
    found = find_by_number(current_uow().session, parsed) if parsed else None
    if found is None:
        raise NotFound(N_("No certificate has this number"))
    documents = [
        {
            "language": one.language,
            "sha256": one.sha256.hex(),
            "revision": one.revision,
            "replaced": one.revision != found.revision,
        }
        for one in list_documents(current_uow().session, found.id)
    ]
    return as_json(found) | {"documents": documents}


def pdf_response(certificate: Certificate, language: str) -> Response:
    """Return the frozen document as a download."""
    app = this_app()
    pdf = freeze_document(app.database, certificate.id, language, settings=app.settings, now=now())
    name = f"{certificate.number}.pdf" if language == "both" else f"{certificate.number}-{language}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)
