"""JSON: what I must sign, the text of it, and signing."""

from typing import Any
from uuid import UUID

from services.compliance import permissions as p
from services.compliance.attestations import commands, queries
from services.compliance.attestations.schemas import (
    AttestationListSchema,
    AttestationSchema,
    DeclineSchema,
    ShownTextSchema,
    SignatureSchema,
    ViewSchema,
)
from services.compliance.policies.queries import get_version
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

api = ApiBlueprint(
    "attestations", __name__, url_prefix="/compliance/v1/attestations", description="One's own attestations"
)


@api.get("")
@guard(p.ATTESTATION_SIGN)
@api.response(200, AttestationListSchema)
@api.problems(401, 403)
def list_mine() -> dict[str, Any]:
    """List what the caller was asked to sign, by due time."""
    return {"items": queries.list_mine(current_uow().session, current_principal())}


@api.get("/<uuid:attestation_id>")
@guard(p.ATTESTATION_SIGN)
@api.response(200, AttestationSchema)
@api.problems(401, 403, 404)
def get_mine(attestation_id: UUID) -> queries.MyAttestation:
    """Get one of the caller's attestations."""
    return _mine(attestation_id)


@api.post("/<uuid:attestation_id>/views")
@guard(p.ATTESTATION_SIGN)
@api.arguments(ViewSchema)
@api.response(200, ShownTextSchema)
@api.problems(401, 403, 404, 409, 422)
def view(arguments: dict[str, Any], attestation_id: UUID) -> dict[str, Any]:
    """Get the whole text to put before the caller, and record that it was."""
    language = arguments["language"]
    found = commands.view_attestation(current_uow(), current_principal(), now(), attestation_id, language)
    version = get_version(current_uow().session, found.policy_version_id)
    return {
        "attestation_id": found.id,
        "language": language,
        "text": version.text_in(language),
        "text_sha256": version.sha256_in(language),
    }


@api.post("/<uuid:attestation_id>/signature")
@guard(p.ATTESTATION_SIGN)
@api.arguments(SignatureSchema)
@api.response(200, AttestationSchema)
@api.problems(401, 403, 404, 409, 422)
def sign(arguments: dict[str, Any], attestation_id: UUID) -> queries.MyAttestation:
    """Sign the text that was viewed."""
    commands.sign_attestation(
        current_uow(), current_principal(), now(), attestation_id, printed_name=arguments["printed_name"],
        language=arguments["language"], text_sha256=arguments["text_sha256"],
    )  # fmt: skip
    return _mine(attestation_id)


@api.post("/<uuid:attestation_id>/refusal")
@guard(p.ATTESTATION_SIGN)
@api.arguments(DeclineSchema)
@api.response(200, AttestationSchema)
@api.problems(401, 403, 404, 409, 422)
def decline(arguments: dict[str, Any], attestation_id: UUID) -> queries.MyAttestation:
    """Decline to sign, saying why."""
    commands.decline_attestation(
        current_uow(), current_principal(), now(), attestation_id, arguments["reason"]
    )
    return _mine(attestation_id)


def _mine(attestation_id: UUID) -> queries.MyAttestation:
    session = current_uow().session
    found = queries.get_own(session, attestation_id, current_principal())
    return queries.MyAttestation(found, queries.get_campaign(session, found.campaign_id))
