"""From a question about a person to what its asker sees."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.eligibility.decisions.queries import decide_one
from services.eligibility.decisions.rules import Decision, check_cutoff, last_instant, quarter_of
from services.eligibility.impediments.queries import known_at_moment, known_now
from services.eligibility.policies.queries import get_active
from services.eligibility.sight.queries import get_visible_person
from services.eligibility.sight.rules import Shown, Sight, check_probing, show_decision
from shared.core.periods import Period
from shared.core.principals import Principal
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class Answer:
    """A decision (for our own use) and what its asker sees of it."""

    person: DirectoryPerson
    sight: Sight
    decision: Decision
    shown: Shown


def answer(
    session: Session,
    principal: Principal,
    person_id: UUID,
    *,
    now: datetime,
    period: Period | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """Decide about a person: by default for the current quarter as of now, as known now.

    Raises NotFound for somebody who is not there for the principal, Forbidden for moments they may not choose,
    Conflict for a moment before the period.
    """
    person, sight = get_visible_person(session, principal, person_id)
    check_probing(sight, as_of, known_at)
    policy = get_active(session).policy
    default = last_instant(period) if period is not None else now
    asked = period or quarter_of(check_cutoff(as_of or now))
    cutoff = check_cutoff(as_of or default, asked)
    positions = known_now(session) if known_at is None else known_at_moment(session, known_at)
    decision = decide_one(session, person_id, policy, asked, cutoff, positions)
    return Answer(person, sight, decision, show_decision(policy, decision, sight))
