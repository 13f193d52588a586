"""Numbers, validity and states of certificates. Pure: dates in, dates out."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.core.errors import IllegalTransition
from shared.core.text import N_, LocalizedText
from shared.core.zones import end_of_day

# No 0, 1, I, L or O, which people mistake for one another; a prime number of characters (31), so that
# weights that differ from place to place catch every wrong character and every two that are swapped.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RANDOM_CHARACTERS = 11
_PREFIX = "GS"


class CertificateStatus(StrEnum):
    """What is stored; that one has expired is seen from its last day."""

    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class CertificateStep(StrEnum):
    """What may happen to a certificate."""

    SUPERSEDE = "supersede"
    REVOKE = "revoke"
    VOID = "void"
    RESTORE = "restore"


STATUS_WORDS = {
    CertificateStatus.ISSUED: N_("Issued"),
    CertificateStatus.SUPERSEDED: N_("Superseded"),
    CertificateStatus.REVOKED: N_("Revoked"),
}
STEP_WORDS = {
    CertificateStep.SUPERSEDE: N_("supersede"),
    CertificateStep.REVOKE: N_("revoke"),
    CertificateStep.VOID: N_("revoke"),
    CertificateStep.RESTORE: N_("restore"),
}


class CertificateState(StrEnum):
    """What anybody who asks is told."""

    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


STATE_WORDS: dict[CertificateState, LocalizedText] = {
    CertificateState.VALID: LocalizedText(zh="有效", en="Valid"),
    CertificateState.EXPIRED: LocalizedText(zh="已过期", en="Expired"),
    CertificateState.SUPERSEDED: LocalizedText(zh="已被新证书取代", en="Superseded"),
    CertificateState.REVOKED: LocalizedText(zh="已撤销", en="Revoked"),
}


# Shown in the reader's language; STATE_WORDS above is for the public page, which is in both.
STATE_MESSAGES = {
    CertificateState.VALID: N_("Valid"),
    CertificateState.EXPIRED: N_("Expired"),
    CertificateState.SUPERSEDED: N_("Superseded"),
    CertificateState.REVOKED: N_("Revoked"),
}


@dataclass(frozen=True)
class Validity:
    """Both days are valid days; `until` None: it does not run out."""

    since: date
    until: date | None


def next_status(status: CertificateStatus, step: CertificateStep) -> CertificateStatus:
    """Return the status after `step`. A revoked certificate stays revoked when a new one is earned.

    Void is what rests on something that never was, be it replaced since or not; what it had taken the place of
    is restored.
    """
    match (status, step):
        case (CertificateStatus.ISSUED, CertificateStep.SUPERSEDE):
            return CertificateStatus.SUPERSEDED
        case (CertificateStatus.ISSUED, CertificateStep.REVOKE):
            return CertificateStatus.REVOKED
        case (CertificateStatus.ISSUED | CertificateStatus.SUPERSEDED, CertificateStep.VOID):
            return CertificateStatus.REVOKED
        case (CertificateStatus.SUPERSEDED, CertificateStep.RESTORE):
            return CertificateStatus.ISSUED
        case _:
            raise IllegalTransition(N_("The certificate"), STATUS_WORDS[status], STEP_WORDS[step])


def state_at(status: CertificateStatus, valid_until: date | None, at: datetime) -> CertificateState:
    """Return what a certificate is worth at an instant."""
    match status:
        case CertificateStatus.REVOKED:
            return CertificateState.REVOKED
        case CertificateStatus.SUPERSEDED:
            return CertificateState.SUPERSEDED
        case CertificateStatus.ISSUED:
            over = valid_until is not None and end_of_day(valid_until) <= at
            return CertificateState.EXPIRED if over else CertificateState.VALID


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a month that is too short."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def validity(
    earned_on: date,
    *,
    months: int | None,
    previous_until: date | None,
    window_days: int,
) -> Validity:
    """Return how long a certificate earned on a day counts.

    Renewing inside the window (the last `window_days` of the one before) extends from the old expiry, so
    nobody loses days by being early; outside of it the months run from the day it was earned, and never end
    before the old one would have.
    """
    if months is None:
        return Validity(earned_on, None)
    until = add_months(earned_on, months)
    if previous_until is not None and earned_on <= previous_until:
        opens = previous_until - timedelta(days=window_days)
        until = add_months(previous_until, months) if earned_on >= opens else max(until, previous_until)
    return Validity(earned_on, until)


def no_sooner_than(valid: Validity, due_on: date | None) -> Validity:
    """Return the validity, lengthened to the day by which it is asked for again: it does not run out before."""
    if due_on is None or valid.until is None or valid.until >= due_on:
        return valid
    return Validity(valid.since, due_on)


def make_number(random_places: list[int]) -> str:
    """Return a certificate number from 11 places chosen at random (0 to 30 each), with its check character.

    The number is also what the public page is asked for, so it must not be guessable: 31 ** 11 is 54 bits.
    """
    if len(random_places) != _RANDOM_CHARACTERS:
        raise ValueError("a number has eleven places")
    body = "".join(ALPHABET[place] for place in random_places)
    whole = body + _check_character(body)
    return "-".join((_PREFIX, whole[0:4], whole[4:8], whole[8:12]))


def parse_number(text: str) -> str | None:
    """Return the number as it is written on the certificate, or None when what was typed cannot be one."""
    plain = re.sub(r"[\s\-–—_]", "", text.upper())
    found = re.fullmatch(f"(?:{_PREFIX})?([{ALPHABET}]{{{_RANDOM_CHARACTERS}}})([{ALPHABET}])", plain)
    if found is None or _check_character(found[1]) != found[2]:
        return None
    whole = found[1] + found[2]
    return "-".join((_PREFIX, whole[0:4], whole[4:8], whole[8:12]))


def _check_character(body: str) -> str:
    total = sum(ALPHABET.index(char) * pow(3, place + 1, 31) for place, char in enumerate(body))
    return ALPHABET[-total % 31]
