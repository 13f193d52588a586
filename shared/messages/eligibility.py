"""What eligibility publishes: pay policies that took effect, and what became of payout files.

No amounts and outcomes by person: the lines of a run are covered by the digests in `PayoutRunGated`.
"""

from dataclasses import dataclass

from shared.messages.base import message


@message("eligibility.policy.drafted.v1")
@dataclass(frozen=True)
class PolicyDrafted:
    """A version was written and is not in force."""

    number: int
    rules_digest: str


@message("eligibility.policy.activated.v1")
@dataclass(frozen=True)
class PolicyActivated:
    """From now on payout runs are gated by this version; `rules_digest` is SHA-256 of its canonical rules."""

    number: int
    rules_digest: str


@message("eligibility.policy.retired.v1")
@dataclass(frozen=True)
class PolicyRetired:
    """Another version took its place."""

    number: int


@message("eligibility.payout_run.uploaded.v1")
@dataclass(frozen=True)
class PayoutRunUploaded:
    """A payroll file was accepted whole: `line_count` lines for `period`."""

    period: str
    file_sha256: str
    line_count: int


@message("eligibility.payout_run.gated.v1")
@dataclass(frozen=True)
class PayoutRunGated:
    """Every line was decided as of `cutoff` (ISO instant) under a policy, as known at a position per source.

    The digests are salted with a secret of the run, so that nobody can find out a person's facts by trying.
    """

    period: str
    cutoff: str
    policy_digest: str
    known_at: dict[str, int]
    facts_digest: str
    decisions_digest: str
    eligible: int
    held: int
    ineligible: int


@message("eligibility.payout_run.approved.v1")
@dataclass(frozen=True)
class PayoutRunApproved:
    """A second person approved what was decided; the digest says of which decisions."""

    decisions_digest: str


@message("eligibility.payout_run.exported.v1")
@dataclass(frozen=True)
class PayoutRunExported:
    """The final gated file may be handed to the payroll provider."""

    decisions_digest: str
    released: int


@message("eligibility.payout_run.settled.v1")
@dataclass(frozen=True)
class PayoutRunSettled:
    """What was released has been paid; the run never changes again."""

    decisions_digest: str
