"""A badge from the person's page to a verifier who knows nothing but what is published."""

import base64
import json
from typing import Any

import pytest

from services.training.badges.models import Badge
from services.training.badges.rules import is_set
from shared.core.principals import Role
from shared.signing import read_jwt
from tests.harness import Harness
from tests.services.training.test_badge_rules import problems
from tests.services.training.test_certificates import earn
from tests.services.training.test_corrections import as_json


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """What a verifier sees does not depend on the engine."""
    return str(request.param)


def header(token: str) -> dict[str, Any]:
    part = token.split(".")[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def path(url: str) -> str:
    return url.removeprefix("http://localhost")


def verified(h: Harness, token: str) -> dict[str, Any] | None:
    """Do as a verifier does: fetch the key that the header names, check the signature, read the claims."""
    key = h.client().get(path(header(token)["kid"])).json
    body = read_jwt(token, [key])
    return None if body is None else json.loads(body)


def is_revoked(h: Harness, made: dict[str, Any]) -> bool:
    entry = made["credentialStatus"]
    response = h.client().get(path(entry["statusListCredential"]))
    assert response.content_type == "application/vc+jwt"
    assert "max-age" in response.headers["Cache-Control"]
    found = verified(h, response.get_data(as_text=True))
    assert found is not None
    assert found["id"] == entry["statusListCredential"]
    assert found["issuer"] == made["issuer"]["id"]
    return is_set(found["credentialSubject"]["encodedList"], int(entry["statusListIndex"]))


def test_a_badge_is_verified_with_nothing_but_what_is_published(h: Harness) -> None:
    person_id, certificate = earn(h)
    rep = h.client(Role.REP, person_id=person_id)
    response = rep.get(f"/training/certificates/{certificate.id}/badge.jwt")
    assert response.content_type == "application/vc+jwt"
    token = response.get_data(as_text=True)
    assert header(token)["alg"] == "ES256"
    made = verified(h, token)
    assert made is not None
    assert problems(made) == []
    assert not is_revoked(h, made)
    issuer = h.client().get(path(made["issuer"]["id"])).json
    assert issuer["id"] == made["iss"]
    keys = h.client().get(path(issuer["jwks_uri"])).json["keys"]
    assert header(token)["kid"] in {one["kid"] for one in keys}
    achievement = h.client().get(path(made["credentialSubject"]["achievement"]["id"])).json
    assert achievement["name"] == made["credentialSubject"]["achievement"]["name"]
    assert rep.get(f"/training/certificates/{certificate.id}/badge.json").json == made


def test_the_badge_is_signed_once_and_stays(h: Harness) -> None:
    _, certificate = earn(h)
    api = h.api(Role.TRAINER)
    url = f"/training/v1/certificates/{certificate.id}/badge"
    assert api.get(url).data == api.get(url).data
    (signed,) = h.events("training", "training.badge.signed.v1")
    with h.read("training") as uow:
        badge = uow.session.query(Badge).one()
        assert (signed.message().list_index, signed.message().badge_id) == (badge.list_index, badge.id)


def test_a_changed_badge_fails(h: Harness) -> None:
    _, certificate = earn(h)
    token = (
        h.api(Role.TRAINER).get(f"/training/v1/certificates/{certificate.id}/badge").get_data(as_text=True)
    )
    head, body, signature = token.split(".")
    content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    content["credentialSubject"]["identifier"][0]["identityHash"] = "王磊"
    forged = base64.urlsafe_b64encode(json.dumps(content, ensure_ascii=False).encode()).decode().rstrip("=")
    assert verified(h, f"{head}.{forged}.{signature}") is None


@pytest.mark.parametrize("step", ["revoke", "replace"])
def test_a_badge_shows_in_the_status_list_that_its_certificate_counts_no_more(h: Harness, step: str) -> None:
    _, certificate = earn(h)
    api = h.api(Role.TRAINER)
    url = f"/training/v1/certificates/{certificate.id}"
    made = verified(h, api.get(f"{url}/badge").get_data(as_text=True))
    assert made is not None
    assert not is_revoked(h, made)
    assert api.post(f"{url}/{step}", json=as_json()).status_code in (200, 201)
    assert is_revoked(h, made)


def test_what_is_not_there_is_not_found_and_what_is_not_ones_own_neither(h: Harness) -> None:
    _, certificate = earn(h)
    stranger = h.client(Role.REP, person_id=certificate.id)
    assert stranger.get(f"/training/certificates/{certificate.id}/badge.jwt").status_code == 404
    for url in (
        "status/0",
        "status/2",
        "status/99999999999",
        "keys/unknown",
        f"achievements/{certificate.id}",
    ):
        assert h.client().get(f"/training/badges/{url}").status_code == 404
