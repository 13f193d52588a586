"""What a pay policy is: rules over impediments, their tests and effects, and its one canonical form."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from services.eligibility.impediments.rules import KINDS
from shared.core.canonical import canonical_json
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.money import MINOR_DIGITS, Money
from shared.core.text import N_, LocalizedText, Message
from shared.directory import Audience

# Codes that no rule may use: a required source has not reported; and what both that and every confidential
# cause are called in public, so that the code does not tell one from the other.
UNKNOWN = "UNKNOWN"
UNDER_REVIEW = "UNDER_REVIEW"
# Bits 0 to 30 of a mask are hold codes and bit 31 is UNKNOWN; bits 32 to 62 are forfeit codes (63 is the sign).
MAX_CODES = 31
UNKNOWN_BIT = 1 << 31
FIRST_FORFEIT_BIT = 32
# SQLite takes expressions of up to 1,000 levels; each rule adds a few.
MAX_RULES = 200
MAX_GRACE_DAYS = 3_650
MAX_MONTHS = 24
EVERYBODY = Audience()
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,39}")


class PolicyStatus(StrEnum):
    """Where a version stands; `active` is the one that gates."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class When(StrEnum):
    """When an impediment has to hold for a rule to match."""

    AT_CUTOFF = "at_cutoff"
    ANY_TIME_IN_PERIOD = "any_time_in_period"
    WITHIN_MONTHS_BEFORE_END = "within_months_before_end"


class Effect(StrEnum):
    """What a match does: withheld until cured, gone for the period, or only said."""

    HOLD = "hold"
    FORFEIT = "forfeit"
    NOTICE = "notice"


class Outcome(StrEnum):
    """What a decision says 资格判定."""

    ELIGIBLE = "eligible"
    HELD = "held"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True)
class Rule:
    """One rule. Severities and tags match when any of them is there; what is empty asks for nothing.

    `min_amount_minor` matches impediments of at least that much in `currency`. Days of grace are 24 hours each
    and begin with the impediment. `requires_coverage`: without a report of the source the person is unknown.
    """

    code: str
    source: str
    kind: str
    effect: Effect
    test: When
    reason: LocalizedText
    why: LocalizedText
    months: int = 0
    severities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    audience: Audience = EVERYBODY
    min_amount_minor: int | None = None
    currency: str = "CNY"
    grace_days: int = 0
    requires_coverage: bool = True
    confidential: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return every field, in the form that is stored and digested."""
        return {
            "code": self.code,
            "source": self.source,
            "kind": self.kind,
            "effect": self.effect.value,
            "test": self.test.value,
            "months": self.months,
            "severities": list(self.severities),
            "tags": list(self.tags),
            "audience": self.audience.to_json(),
            "min_amount_minor": self.min_amount_minor,
            "currency": self.currency,
            "grace_days": self.grace_days,
            "requires_coverage": self.requires_coverage,
            "confidential": self.confidential,
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
            "why": {"zh": self.why.zh, "en": self.why.en},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Rule":
        """Read it back; raise KeyError, ValueError or InvalidInput for what to_json did not write."""
        return cls(
            code=stored["code"],
            source=stored["source"],
            kind=stored["kind"],
            effect=Effect(stored["effect"]),
            test=When(stored["test"]),
            months=stored["months"],
            severities=tuple(stored["severities"]),
            tags=tuple(stored["tags"]),
            audience=Audience.from_json(stored["audience"]),
            min_amount_minor=stored["min_amount_minor"],
            currency=stored["currency"],
            grace_days=stored["grace_days"],
            requires_coverage=stored["requires_coverage"],
            confidential=stored["confidential"],
            reason=LocalizedText(**stored["reason"]),
            why=LocalizedText(**stored["why"]),
        )


@dataclass(frozen=True)
class Policy:
    """The rules of one version, in their order. Codes of one effect share nothing but their bit."""

    rules: tuple[Rule, ...]
    number: int = field(default=0, compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical rules, in hex."""
        return hashlib.sha256(canonical_json(self.to_json())).hexdigest()

    def to_json(self) -> list[dict[str, Any]]:
        """Return the rules as they are stored."""
        return [rule.to_json() for rule in self.rules]

    @classmethod
    def from_json(cls, stored: Sequence[Mapping[str, Any]], number: int = 0) -> "Policy":
        """Read stored rules."""
        return cls(tuple(Rule.from_json(one) for one in stored), number)

    @cached_property
    def bits(self) -> dict[tuple[Effect, str], int]:
        """The bit of each (effect, code), in the order in which the codes first appear.

        Holds and forfeits share one mask (0 eligible, below 2^32 held, above ineligible); notices have their own.
        """
        found: dict[tuple[Effect, str], int] = {}
        following = {Effect.HOLD: 0, Effect.FORFEIT: FIRST_FORFEIT_BIT, Effect.NOTICE: 0}
        for rule in self.rules:
            if (rule.effect, rule.code) not in found:
                found[rule.effect, rule.code] = 1 << following[rule.effect]
                following[rule.effect] += 1
        return found

    @cached_property
    def confidential_bits(self) -> int:
        """The bits of the mask whose cause is kept from most, UNKNOWN among them: they look alike to all."""
        bits = UNKNOWN_BIT
        for rule in self.rules:
            if rule.confidential and rule.effect is not Effect.NOTICE:
                bits |= self.bits[rule.effect, rule.code]
        return bits

    @cached_property
    def required(self) -> tuple[Rule, ...]:
        """The rules whose source must have reported, one for each (source, kind, audience)."""
        unique = {
            (rule.source, rule.kind, str(rule.audience)): rule
            for rule in self.rules
            if rule.requires_coverage
        }
        return tuple(unique.values())

    @cached_property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """The (source, kind) pairs that any rule looks at."""
        return tuple(dict.fromkeys((rule.source, rule.kind) for rule in self.rules))

    def reason(self, code: str) -> LocalizedText:
        """Return the words of a code."""
        if code in RESERVED:
            return RESERVED[code]
        return next(rule.reason for rule in self.rules if rule.code == code)


RESERVED: Mapping[str, LocalizedText] = {
    UNKNOWN: LocalizedText("必需的来源尚未报告此人", "A required source has not reported on this person"),
    UNDER_REVIEW: LocalizedText("待核实，请咨询合规部门", "Under review – ask compliance"),
}


def outcome_of(mask: int) -> Outcome:
    """Return the worst effect in a mask."""
    if mask == 0:
        return Outcome.ELIGIBLE
    return Outcome.HELD if mask < 1 << FIRST_FORFEIT_BIT else Outcome.INELIGIBLE


def check_policy(rules: Sequence[Rule]) -> Policy:
    """Return the rules as a policy; raise InvalidInput that names every rule that cannot be."""
    problems: list[Message] = []
    if not rules:
        problems.append(N_("A policy without rules would release everybody"))
    if len(rules) > MAX_RULES:
        problems.append(N_("A policy has at most %(limit)s rules", limit=MAX_RULES))
    for number, rule in enumerate(rules, start=1):
        problems += [N_("Rule %(number)s: %(problem)s", number=number, problem=one) for one in _flaws(rule)]
    secret = {rule.code for rule in rules if rule.confidential}
    if secret & {rule.code for rule in rules if not rule.confidential}:
        problems.append(N_("A reason code is either confidential in every rule or in none"))
    for effect in Effect:
        if len({rule.code for rule in rules if rule.effect is effect}) > MAX_CODES:
            problems.append(N_("There are at most %(limit)s reason codes of one effect", limit=MAX_CODES))
    if problems:
        raise InvalidInput(N_("The policy cannot be used as it is"), fields={"rules": problems})
    return Policy(tuple(rules))


def _flaws(rule: Rule) -> list[Message]:
    checks = (
        (bool(_CODE.fullmatch(rule.code)) and rule.code not in RESERVED,
         N_("“%(code)s” cannot be a reason code", code=rule.code[:40])),
        ((rule.source, rule.kind) in KINDS,
         N_("%(source)s reports nothing of the kind “%(kind)s”", source=rule.source[:40], kind=rule.kind[:40])),
        (0 <= rule.grace_days <= MAX_GRACE_DAYS, N_("the days of grace are between 0 and 3650")),
        (rule.months in range(1, MAX_MONTHS + 1) if rule.test is When.WITHIN_MONTHS_BEFORE_END
         else rule.months == 0, N_("the number of months does not suit the test")),
        (rule.min_amount_minor is None or rule.min_amount_minor > 0, N_("the least amount is above zero")),
        (rule.currency in MINOR_DIGITS, N_("the currency is not known")),
        (bool(rule.reason.zh and rule.reason.en), N_("the reason is needed in Chinese and in English")),
        (not (rule.confidential and rule.effect is Effect.NOTICE), N_("a notice cannot be confidential")),
    )  # fmt: skip
    return [problem for sound, problem in checks if not sound]


def next_status(status: PolicyStatus, step: str) -> PolicyStatus:
    """Return where a step leads; raise IllegalTransition for any that is not listed."""
    match status, step:
        case PolicyStatus.DRAFT, "activate":
            return PolicyStatus.ACTIVE
        case PolicyStatus.ACTIVE, "retire":
            return PolicyStatus.RETIRED
        case _:
            raise IllegalTransition("policy version", status, step)


_SOURCES = {"training": N_("Training"), "compliance": N_("Compliance"), "contracts": N_("Contracts")}


def describe(rule: Rule) -> list[Message]:
    """Return a rule as sentences: what it does, and then each condition that narrows it."""
    said = [
        N_(
            "If %(source)s reports “%(kind)s” %(when)s, %(effect)s.",
            source=_SOURCES.get(rule.source, Message(rule.source)),
            kind=KINDS[rule.source, rule.kind].label,
            when=_describe_when(rule),
            effect=_describe_effect(rule.effect),
        )
    ]
    if rule.grace_days:
        said.append(N_("It counts after %(days)s days of grace.", days=rule.grace_days))
    if rule.severities:
        said.append(N_("Only with severity %(severities)s.", severities=", ".join(rule.severities)))
    if rule.tags:
        said.append(N_("Only with one of the tags %(tags)s.", tags=", ".join(rule.tags)))
    if rule.min_amount_minor is not None:
        amount = f"{Money(rule.min_amount_minor, rule.currency).decimal} {rule.currency}"
        said.append(N_("Only from an amount of %(amount)s.", amount=amount))
    if rule.audience != EVERYBODY:
        said.append(N_("Only for some people: %(audience)s.", audience=str(rule.audience.to_json())))
    if rule.requires_coverage:
        said.append(N_("Somebody on whom nothing was reported is held until it is."))
    if rule.confidential:
        said.append(N_("The cause is confidential: payroll, managers and HR see “under review”."))
    return said


def _describe_when(rule: Rule) -> Message:
    match rule.test:
        case When.AT_CUTOFF:
            return N_("at the cutoff")
        case When.ANY_TIME_IN_PERIOD:
            return N_("at any time in the period")
        case When.WITHIN_MONTHS_BEFORE_END:
            return N_("within %(months)s months before the period ends", months=rule.months)


def _describe_effect(effect: Effect) -> Message:
    match effect:
        case Effect.HOLD:
            return N_("the payment is held until it is cured")
        case Effect.FORFEIT:
            return N_("the payment for the period is forfeited")
        case Effect.NOTICE:
            return N_("the person is told, and the payment goes out")
