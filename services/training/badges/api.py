"""Badges for programs."""

from uuid import UUID

from flask import Response

from services.training.badges.commands import sign_badge
from services.training.certificates.api import visible_certificate
from services.training.permissions import CERTIFICATES_READ
from shared.web.api import ApiBlueprint
from shared.web.context import now, this_app
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_badges",
    __name__,
    url_prefix="/training/v1/certificates",
    description="Open Badges that stand for certificates",
)


@blp.get("/<uuid:certificate_id>/badge")
@guard(CERTIFICATES_READ)
@blp.response(200, {"type": "string"}, content_type="application/vc+jwt")
@blp.problems(401, 403, 404)
def get_badge(certificate_id: UUID) -> Response:
    """Get the Open Badges 3.0 credential of a certificate as a signed token (VC-JWT, ES256)."""
    certificate, app = visible_certificate(certificate_id), this_app()
    token = sign_badge(app.database, certificate.id, settings=app.settings, now=now())
    return Response(token, mimetype="application/vc+jwt")
