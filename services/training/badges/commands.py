"""Signing badges and status lists."""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from services.training.badges.models import Badge
from services.training.badges.queries import count_badges, find_badge, is_taken, list_revoked_places
from services.training.badges.rules import (
    LIST_FULL,
    LIST_LENGTH,
    BadgeFacts,
    claims,
    credential,
    key_url,
    status_list,
)
from services.training.certificates.models import Certificate
from services.training.printing.commands import remember_key
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.settings import Settings
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import append
from shared.messages.training import BadgeSigned
from shared.signing import load_keystore, sign_jwt

BADGE_KIND = "JWT"  # Open Badges 3.0, 8.2.2: the header's `typ` of a badge.
LIST_KIND = "vc+jwt"


def sign_badge(database: Database, certificate_id: UUID, *, settings: Settings, now: datetime) -> str:
    """Return the badge of a certificate as a signed token; the first to ask has it signed, it stays as it is.

    Opens its own unit of work, since reading must not write.
    """
    with database.read() as uow:
        found = find_badge(uow.session, certificate_id)
        if found is not None:
            return found.token
    with database.write() as uow:
        # Locked, so that of two who ask first at the same moment one waits and finds the other's badge.
        certificate = uow.session.get_one(Certificate, certificate_id, with_for_update=True)
        found = find_badge(uow.session, certificate_id)
        return found.token if found is not None else _sign(uow, certificate, settings, now)


def sign_status_list(uow: UnitOfWork, list_number: int, *, settings: Settings, now: datetime) -> str:
    """Return the status list as a signed token, as it is now."""
    made = status_list(list_number, list_revoked_places(uow.session, list_number), settings.base_url, now)
    return _token(made, settings, LIST_KIND)


def _sign(uow: UnitOfWork, certificate: Certificate, settings: Settings, now: datetime) -> str:
    keystore = load_keystore(settings)
    remember_key(uow, keystore, now)
    list_number, list_index = _free_place(uow)
    made = credential(facts_of(certificate, list_number, list_index), settings.base_url)
    badge = Badge(
        id=new_id(), certificate_id=certificate.id, person_id=certificate.person_id, list_number=list_number,
        list_index=list_index, token=_token(made, settings, BADGE_KIND), key_id=keystore.key_id, signed_at=now,
    )  # fmt: skip
    uow.session.add(badge)
    told = BadgeSigned(
        badge.id, certificate.id, certificate.person_id, list_number, list_index,
        hashlib.sha256(badge.token.encode()).hexdigest(), keystore.key_id,
    )  # fmt: skip
    append(uow, told, row=badge, actor=SYSTEM, now=now, person_id=certificate.person_id)
    return badge.token


def facts_of(certificate: Certificate, list_number: int, list_index: int) -> BadgeFacts:
    """Return what the badge of a certificate says."""
    return BadgeFacts(
        certificate.number, certificate.holder_name, certificate.holder_employee_no, certificate.course_id,
        certificate.version_number, certificate.title, certificate.score, certificate.issued_at,
        certificate.valid_until, list_number, list_index,
    )  # fmt: skip


def _token(made: dict[str, Any], settings: Settings, kind: str) -> str:
    keystore = load_keystore(settings)
    published = key_url(settings.base_url, keystore.key_id)
    return sign_jwt(claims(made), keystore, key_url=published, kind=kind)


def _free_place(uow: UnitOfWork) -> tuple[int, int]:
    """Return a place that nobody has, by chance, so that neighbours in the list have nothing to do with each other."""
    list_number = count_badges(uow.session) // LIST_FULL + 1
    while True:
        place = secrets.randbelow(LIST_LENGTH)
        if not is_taken(uow.session, list_number, place):
            return list_number, place
