"""Open Badges 3.0 and the status list: no database, no network."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from services.training.badges.rules import (
    LIST_LENGTH,
    BadgeFacts,
    claims,
    credential,
    encode_list,
    identity_hash,
    is_set,
    status_list,
)
from shared.core.text import LocalizedText

BASE = "https://training.example"
FACTS = BadgeFacts(
    "GS-2345-6789-ABCD", "李薇", "GS00042", UUID(int=7), 3, LocalizedText(zh="产品知识", en="Product knowledge"), 92,
    datetime(2026, 3, 2, 8, tzinfo=UTC), date(2027, 3, 2), 1, 4711,
)  # fmt: skip
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_URI = {"type": "string", "pattern": r"^(https?://|urn:|did:)"}
# What Open Badges 3.0 asks of a credential ("AchievementCredential" and the classes it uses), written from its tables.
SCHEMA = {
    "type": "object",
    "required": ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"],
    "properties": {
        "@context": {
            "type": "array",
            "prefixItems": [{"const": "https://www.w3.org/ns/credentials/v2"}],
            "contains": {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.\d\.\d\.json$"},
        },
        "id": _URI,
        "type": {
            "type": "array",
            "contains": {"const": "VerifiableCredential"},
            "minItems": 2,
            "items": {"type": "string"},
        },
        "name": {"type": "string"},
        "validFrom": _TIME,
        "validUntil": _TIME,
        "issuer": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {
                "id": _URI,
                "type": {"type": "array", "contains": {"const": "Profile"}},
                "url": _URI,
            },
        },
        "credentialSubject": {
            "type": "object",
            "required": ["type", "achievement"],
            "anyOf": [{"required": ["id"]}, {"required": ["identifier"]}],
            "properties": {
                "type": {"type": "array", "contains": {"const": "AchievementSubject"}},
                "identifier": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["type", "identityHash", "identityType", "hashed"],
                        "properties": {
                            "type": {"const": "IdentityObject"},
                            "hashed": {"type": "boolean"},
                            "identityType": {"enum": ["name", "identifier"]},
                        },
                        "additionalProperties": False,
                        "patternProperties": {"^(identityHash|salt)$": {"type": "string"}},
                    },
                },
                "achievement": {
                    "type": "object",
                    "required": ["id", "type", "criteria", "description", "name"],
                    "properties": {
                        "id": _URI,
                        "type": {"type": "array", "contains": {"const": "Achievement"}},
                        "achievementType": {"const": "Certificate"},
                        "criteria": {"type": "object", "required": ["narrative"]},
                    },
                },
                "result": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["type", "value"],
                        "properties": {"type": {"type": "array"}, "value": {"type": "string"}},
                    },
                },
            },
        },
        "credentialSchema": {"type": "array", "items": {"type": "object", "required": ["id", "type"]}},
        "evidence": {"type": "array", "items": {"type": "object", "required": ["type"]}},
        "credentialStatus": {
            "type": "object",
            "required": ["type", "statusPurpose", "statusListIndex", "statusListCredential"],
            "properties": {
                "type": {"const": "BitstringStatusListEntry"},
                "statusPurpose": {"const": "revocation"},
                "statusListIndex": {"type": "string", "pattern": r"^\d+$"},
                "statusListCredential": _URI,
            },
        },
    },
}


def problems(made: dict[str, object]) -> list[str]:
    validator = Draft201909Validator(SCHEMA)
    return [error.message for error in validator.iter_errors(json.loads(json.dumps(made)))]


def test_a_credential_is_what_open_badges_asks_for() -> None:
    made = credential(FACTS, BASE)
    assert problems(made) == []
    assert made["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert made["validUntil"] == "2027-03-02T16:00:00Z"  # The end of that day in Shanghai.


def test_one_that_does_not_run_out_or_has_no_score_is_so_too() -> None:
    made = credential(replace(FACTS, valid_until=None, score=None), BASE)
    assert problems(made) == []
    assert "validUntil" not in made
    assert "exp" not in claims(made)


def test_the_schema_of_this_test_finds_what_is_missing() -> None:
    made = credential(FACTS, BASE)
    for name in ("issuer", "validFrom", "credentialSubject", "@context"):
        assert problems({key: value for key, value in made.items() if key != name})


def test_the_token_claims_what_the_credential_says() -> None:
    found = claims(credential(FACTS, BASE))
    assert found["iss"] == f"{BASE}/training/badges/issuer"
    assert found["jti"] == found["id"] == f"{BASE}/training/verify/GS-2345-6789-ABCD"
    assert found["nbf"] == int(FACTS.issued_at.timestamp())
    assert found["exp"] == int(datetime(2027, 3, 2, 16, tzinfo=UTC).timestamp())


def test_the_employee_number_stands_there_only_as_a_salted_hash() -> None:
    text = json.dumps(credential(FACTS, BASE), ensure_ascii=False)
    assert "GS00042" not in text
    assert identity_hash("GS00042", FACTS.number) in text
    assert "李薇" in text


@given(st.sets(st.integers(0, LIST_LENGTH - 1), max_size=40), st.integers(0, LIST_LENGTH - 1))
def test_a_place_is_set_exactly_when_it_is_revoked(revoked: set[int], asked: int) -> None:
    encoded = encode_list(revoked)
    assert all(is_set(encoded, place) for place in revoked)
    assert is_set(encoded, asked) == (asked in revoked)


def test_the_first_place_is_the_leftmost_bit_of_16_kilobytes_as_the_specification_says() -> None:
    import base64
    import gzip

    encoded = encode_list([0, 9])
    assert encoded.startswith("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert len(bits) == 16_384
    assert bits[:2] == bytes((0b1000_0000, 0b0100_0000))


def test_the_list_is_a_credential_of_the_same_issuer_at_its_own_address() -> None:
    made = status_list(2, [5], BASE, FACTS.issued_at)
    assert made["id"] == f"{BASE}/training/badges/status/2"
    assert made["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert made["issuer"] == credential(FACTS, BASE)["issuer"]["id"]
    assert made["credentialSubject"]["type"] == "BitstringStatusList"
    assert is_set(made["credentialSubject"]["encodedList"], 5)
