"""What of a decision is shown to whom: pure, and the only way from a decision to a reader.

A confidential cause and an unknown one look alike to everybody but compliance and audit: one code, one text, once,
without times, references, links or digests, whatever lies behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.eligibility.decisions.rules import Decision, Reason
from services.eligibility.policies.rules import (
    UNDER_REVIEW,
    UNKNOWN,
    UNKNOWN_BIT,
    Effect,
    Outcome,
    Policy,
)
from shared.core.errors import Forbidden
from shared.core.principals import Principal, Role
from shared.core.text import N_, LocalizedText


class Sight(StrEnum):
    """How much of a person's decision somebody sees."""

    CODES = "codes"  # payroll, HR: outcome and codes
    OWN = "own"  # the person and those above them: also what each code rests on, unless confidential
    COMPLIANCE = "compliance"  # also which code a confidential cause has, not the facts behind it
    FULL = "full"  # audit: everything

    @property
    def knows_causes(self) -> bool:
        """Whether confidential and unknown causes are told apart."""
        return self in (Sight.COMPLIANCE, Sight.FULL)


@dataclass(frozen=True)
class ShownReason:
    """One reason as a reader sees it; what they may not see, or there is not, is None."""

    code: str
    text: LocalizedText
    title: LocalizedText | None = None
    since: datetime | None = None
    cure_url: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Shown:
    """A decision as a reader sees it."""

    outcome: Outcome
    reasons: tuple[ShownReason, ...]
    notices: tuple[ShownReason, ...]


def find_sight(principal: Principal, *, is_self: bool, is_above: bool) -> Sight | None:
    """Return how much of somebody's decision a principal sees; None when the person is not there for them.

    Being the person comes first: whoever is concerned never sees a confidential cause, whatever their role.
    """
    if is_self:
        return Sight.OWN
    if Role.AUDITOR in principal.roles:
        return Sight.FULL
    if Role.COMPLIANCE in principal.roles:
        return Sight.COMPLIANCE
    if is_above and Role.MANAGER in principal.roles:
        return Sight.OWN
    if not principal.roles.isdisjoint({Role.PAYROLL, Role.HR}):
        return Sight.CODES
    return None


def check_probing(sight: Sight, *moments: datetime | None) -> None:
    """Raise Forbidden when somebody who may not know causes asks about moments of their own choice.

    By asking again and again as of other moments they could find out when a confidential cause began.
    """
    if not sight.knows_causes and any(one is not None for one in moments):
        raise Forbidden(N_("Only compliance and audit choose the moment as of which standing is judged"))


def show_decision(policy: Policy, decision: Decision, sight: Sight) -> Shown:
    """Return what a reader sees of a decision, in an order that does not depend on what is behind it."""
    reasons = [one for one in decision.reasons if one.effect is not Effect.NOTICE]
    notices = [one for one in decision.reasons if one.effect is Effect.NOTICE]
    return Shown(decision.outcome, _show_all(policy, reasons, sight), _show_all(policy, notices, sight))


def show_codes(policy: Policy, mask: int, sight: Sight) -> tuple[str, ...]:
    """Return the codes of a stored mask as a reader sees them, in alphabetical order."""
    codes = {
        code for (effect, code), bit in policy.bits.items() if mask & bit and effect is not Effect.NOTICE
    }
    if mask & UNKNOWN_BIT:
        codes.add(UNKNOWN)
    if not sight.knows_causes and mask & policy.confidential_bits:
        codes = {one for one in codes if one != UNKNOWN and not _is_secret(policy, one)} | {UNDER_REVIEW}
    return tuple(sorted(codes))


def bits_of(policy: Policy, code: str, sight: Sight) -> int:
    """Return the bits of a mask that a reader sees as `code`: to filter by it. 0 for a code they do not see."""
    if code == UNDER_REVIEW:
        return 0 if sight.knows_causes else policy.confidential_bits
    if not sight.knows_causes and (code == UNKNOWN or _is_secret(policy, code)):
        return 0
    bits = UNKNOWN_BIT if code == UNKNOWN else 0
    for (effect, one), bit in policy.bits.items():
        if one == code and effect is not Effect.NOTICE:
            bits |= bit
    return bits


def _show_all(policy: Policy, reasons: Sequence[Reason], sight: Sight) -> tuple[ShownReason, ...]:
    shown: list[ShownReason] = []
    for reason in reasons:
        secret = reason.code == UNKNOWN or _is_secret(policy, reason.code)
        if secret and not sight.knows_causes:
            shown.append(ShownReason(UNDER_REVIEW, policy.reason(UNDER_REVIEW)))
        elif sight is Sight.CODES or (secret and sight is Sight.COMPLIANCE) or not reason.facts:
            shown.append(ShownReason(reason.code, policy.reason(reason.code)))
        else:
            shown += _with_facts(policy, reason)
    # Each code and fact once: two confidential causes must not look like more than one.
    unique = dict.fromkeys(shown)
    return tuple(sorted(unique, key=lambda one: (one.code, str(one.since or ""), one.reference or "")))


def _with_facts(policy: Policy, reason: Reason) -> list[ShownReason]:
    return [
        ShownReason(
            code=reason.code,
            text=policy.reason(reason.code),
            title=fact.title if fact.title.zh or fact.title.en else None,
            since=fact.valid_from,
            cure_url=fact.cure_url or None,
            reference=fact.reference,
        )
        for fact in reason.facts
    ]


def _is_secret(policy: Policy, code: str) -> bool:
    return any(rule.confidential for rule in policy.rules if rule.code == code)
