"""Badges to take away, and what a verifier anywhere in the world asks for: issuer, keys, status lists, achievements."""

import base64
import json
from typing import Any
from uuid import UUID

from cryptography import x509
from flask import Blueprint, request
from werkzeug.wrappers import Response

from services.training.badges.commands import sign_badge, sign_status_list
from services.training.badges.queries import count_badges, find_signing_key, list_signing_keys
from services.training.badges.rules import CONTEXTS, LIST_FULL, key_url, published_profile
from services.training.certificates.api import visible_certificate
from services.training.certificates.models import SigningKey
from services.training.courses.queries import get_course
from services.training.permissions import CERTIFICATES_READ
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.signing import jwk_of, load_keystore
from shared.web.context import current_uow, now, this_app
from shared.web.guards import guard, public

bp = Blueprint("training_badges", __name__, url_prefix="/training")

# A verifier may keep what it asked for so long; then it asks whether a badge still holds (seconds).
_STATUS_AGE = 300
_LASTING_AGE = 86_400


@bp.get("/certificates/<uuid:certificate_id>/badge.<any(jwt, json):kind>")
@guard(CERTIFICATES_READ)
def badge(certificate_id: UUID, kind: str) -> Response:
    """The badge of a certificate: the signed token, or its content to read."""
    certificate, app = visible_certificate(certificate_id), this_app()
    token = sign_badge(app.database, certificate.id, settings=app.settings, now=now())
    body = token.encode() if kind == "jwt" else readable(token)
    media = "application/vc+jwt" if kind == "jwt" else "application/json"
    name = f"{certificate.number}-badge.{kind}"
    return Response(body, mimetype=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/badges/issuer")
@public("whoever is shown a badge must be able to check who issued it")
def issuer() -> Response:
    """The issuer's profile."""
    return _json(published_profile(this_app().settings.base_url), _LASTING_AGE)


@bp.get("/badges/keys")
@public("whoever is shown a badge must be able to check its signature")
def keys() -> Response:
    """The public keys of all badges, as a JWK set (RFC 7517)."""
    found = {one.key_id: _jwk(one.key_id, one.pem) for one in list_signing_keys(current_uow().session)}
    keystore = load_keystore(this_app().settings)
    found.setdefault(keystore.key_id, _jwk(keystore.key_id, keystore.pem))
    return _json({"keys": list(found.values())}, _STATUS_AGE)


@bp.get("/badges/keys/<string(maxlength=64):key_id>")
@public("whoever is shown a badge must be able to check its signature")
def key(key_id: str) -> Response:
    """One public key, at the address that a token's header names."""
    found: SigningKey | None = find_signing_key(current_uow().session, key_id)
    keystore = load_keystore(this_app().settings)
    if found is not None:
        return _json(_jwk(found.key_id, found.pem), _LASTING_AGE)
    if key_id == keystore.key_id:
        return _json(_jwk(key_id, keystore.pem), _LASTING_AGE)
    raise NotFound(N_("There is no such key"))


@bp.get("/badges/status/<int:list_number>")
@public("whoever is shown a badge must be able to check that it was not revoked")
def status(list_number: int) -> Response:
    """The status list of badges, signed: which of them hold no more. It names nobody."""
    uow, app = current_uow(), this_app()
    if not 1 <= list_number <= count_badges(uow.session) // LIST_FULL + 1:
        raise NotFound(N_("There is no such status list"))
    token = sign_status_list(uow, list_number, settings=app.settings, now=now())
    return _public(token.encode(), "application/vc+jwt", _STATUS_AGE)


@bp.get("/badges/achievements/<uuid:course_id>")
@public("a badge refers to what it was given for")
def achievement(course_id: UUID) -> Response:
    """What a badge is given for: the course, by its title."""
    course = get_course(current_uow().session, course_id)
    title = " · ".join(dict.fromkeys((course.title.pick("zh"), course.title.pick("en"))))
    return _json(
        {
            "@context": list(CONTEXTS),
            "id": f"{this_app().settings.base_url}{request.path}",
            "type": ["Achievement"],
            "achievementType": "Certificate",
            "name": title,
            "description": title,
            "criteria": {"narrative": "完成课程并符合其要求。 Completing the course and what it asks for."},
        },
        _STATUS_AGE,
    )


def readable(token: str) -> bytes:
    """Return what a token says, to be read by people and by programs that check the token itself."""
    body = token.split(".")[1]
    content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _jwk(key_id: str, pem: str) -> dict[str, Any]:
    certificate = x509.load_pem_x509_certificates(pem.encode())[0]
    return jwk_of(certificate, key_url(this_app().settings.base_url, key_id))


def _json(content: dict[str, Any], seconds: int) -> Response:
    return _public(json.dumps(content, ensure_ascii=False).encode(), "application/json", seconds)


def _public(body: bytes, media: str, seconds: int) -> Response:
    """Return what anybody may have, from any page of theirs, and keep for a while."""
    headers = {"Cache-Control": f"public, max-age={seconds}", "Access-Control-Allow-Origin": "*"}
    return Response(body, mimetype=media, headers=headers)
