"""Open Badges 3.0 (1EdTech): a certificate as a verifiable credential, and the list of those that hold no more. Pure.

Sources: Open Badges Specification 3.0, sections B (data model) and 8.2 (JSON Web Token proof format); W3C Verifiable
Credentials Data Model 2.0; W3C Bitstring Status List 1.0.
"""

import base64
import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.training.printing.rules import verify_url
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
# As many places as the specification asks for at least, so that one among them says nothing about whose it is.
LIST_LENGTH = 131_072
# A new list is begun before places become hard to find by chance.
LIST_FULL = 100_000
ISSUER_NAME = "Goodstanding 良信"


@dataclass(frozen=True)
class BadgeFacts:
    """What a credential says; all of it stands on the certificate, but for the number by which its status is found."""

    number: str
    holder_name: str
    employee_no: str
    course_id: UUID
    version_number: int
    title: LocalizedText
    score: int | None
    issued_at: datetime
    valid_until: date | None
    list_number: int
    list_index: int


def issuer_url(base_url: str) -> str:
    """Return the issuer's stable address, where its profile is."""
    return f"{base_url}/training/badges/issuer"


def key_url(base_url: str, key_id: str) -> str:
    """Return where a public key is published as a JWK."""
    return f"{base_url}/training/badges/keys/{key_id}"


def status_list_url(base_url: str, list_number: int) -> str:
    """Return where a status list is published."""
    return f"{base_url}/training/badges/status/{list_number}"


def profile(base_url: str) -> dict[str, Any]:
    """Return the issuer's profile (Open Badges 3.0, "Profile")."""
    return {"id": issuer_url(base_url), "type": ["Profile"], "name": ISSUER_NAME, "url": base_url}


def published_profile(base_url: str) -> dict[str, Any]:
    """Return the profile as it stands at the issuer's address, with where the keys are."""
    return {"@context": list(CONTEXTS)} | profile(base_url) | {"jwks_uri": f"{base_url}/training/badges/keys"}


def credential(facts: BadgeFacts, base_url: str) -> dict[str, Any]:
    """Return the OpenBadgeCredential. The employee number is hashed with the certificate's number as its salt."""
    page = verify_url(base_url, facts.number)
    entry = f"{status_list_url(base_url, facts.list_number)}#{facts.list_index}"
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": facts.holder_name,
                "identityType": "name",
            },
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(facts.employee_no, facts.number),
                "identityType": "identifier",
                "salt": facts.number,
            },
        ],
        "achievement": _achievement(facts, base_url),
    }
    if facts.score is not None:
        subject["result"] = [{"type": ["Result"], "value": str(facts.score)}]
    made: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _both(facts.title),
        "issuer": profile(base_url),
        "validFrom": _instant(facts.issued_at),
        "credentialSubject": subject,
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": entry,
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(facts.list_index),
            "statusListCredential": status_list_url(base_url, facts.list_number),
        },
        "evidence": [{"id": page, "type": ["Evidence"], "name": facts.number}],
    }
    if facts.valid_until is not None:
        made["validUntil"] = _instant(end_of_day(facts.valid_until))
    return made


def claims(made: dict[str, Any]) -> dict[str, Any]:
    """Return a credential with the registered claims that its token carries (Open Badges 3.0, 8.2)."""
    extra: dict[str, Any] = {
        "iss": made["issuer"]["id"] if isinstance(made["issuer"], dict) else made["issuer"],
        "jti": made["id"],
        "nbf": _seconds(made["validFrom"]),
    }
    if "validUntil" in made:
        extra["exp"] = _seconds(made["validUntil"])
    subject = made["credentialSubject"].get("id")
    return made | extra | ({"sub": subject} if subject else {})


def status_list(list_number: int, revoked: Iterable[int], base_url: str, at: datetime) -> dict[str, Any]:
    """Return the BitstringStatusListCredential in which the places `revoked` are set."""
    url = status_list_url(base_url, list_number)
    return {
        "@context": [CONTEXTS[0]],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_url(base_url),
        "validFrom": _instant(at),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_list(revoked),
        },
    }


def encode_list(revoked: Iterable[int]) -> str:
    """Return the bits as multibase Base64url of GZIP, the first place being the leftmost bit."""
    bits = bytearray(LIST_LENGTH // 8)
    for place in revoked:
        bits[place // 8] |= 0x80 >> (place % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def is_set(encoded: str, place: int) -> bool:
    """Say whether a place of an encoded list is set: what a verifier does."""
    body = encoded.removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return bool(bits[place // 8] & (0x80 >> (place % 8)))


def identity_hash(identity: str, salt: str) -> str:
    """Return the salted hash of an identity (Open Badges 3.0, "IdentityHash")."""
    return f"sha256${hashlib.sha256((identity + salt).encode()).hexdigest()}"


def _achievement(facts: BadgeFacts, base_url: str) -> dict[str, Any]:
    title = _both(facts.title)
    narrative = (
        f"完成课程第 {facts.version_number} 版。 Completed version {facts.version_number} of the course."
    )
    if facts.score is not None:
        narrative += " 并通过考核。 Passed its assessment."
    return {
        "id": f"{base_url}/training/badges/achievements/{facts.course_id}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": title,
        "description": title,
        "criteria": {"narrative": narrative},
    }


def _both(text: LocalizedText) -> str:
    return " · ".join(dict.fromkeys((text.pick("zh"), text.pick("en"))))


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
