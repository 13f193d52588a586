"""What is done with a campaign, with one attestation, and what people's coming and going does to them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.compliance.attestations import queries
from services.compliance.attestations.models import Attestation, Campaign
from services.compliance.attestations.rules import (
    AttestationStatus,
    AttestationStep,
    CampaignStatus,
    CampaignStep,
    Meaning,
    check_due,
    check_printed_name,
    check_shown,
    impeded,
    joiner_due,
    next_campaign_status,
    next_status,
)
from services.compliance.policies.models import PolicyVersion
from services.compliance.policies.queries import get_version
from services.compliance.policies.rules import VersionStatus
from services.compliance.standing.commands import state_impediment
from services.compliance.standing.rules import attestation_statement, interval_from
from shared.core.errors import InvalidInput
from shared.core.ids import new_id
from shared.core.intervals import Interval
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_, LocalizedText
from shared.core.zones import end_of_day, local_date
from shared.db.sealing import new_seal
from shared.db.uow import UnitOfWork
from shared.directory import Audience, DirectoryPerson, get_person
from shared.eventlog import Entry, append, append_many, row_state
from shared.messages import compliance as messages


def create_campaign(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    *,
    title: LocalizedText,
    policy_version_id: UUID,
    audience: Audience,
    due_on: date,
    joiner_days: int,
) -> Campaign:
    """Set up a campaign for a version in force; raise InvalidInput for another version or a day that is over."""
    check_due(due_on, now)
    _check_in_force(uow, policy_version_id)
    made = Campaign(
        title=title, policy_version_id=policy_version_id, audience=audience.to_json(), due_on=due_on,
        joiner_days=joiner_days, status=CampaignStatus.DRAFT, created_at=now,
    )  # fmt: skip
    uow.session.add(made)
    append(uow, messages.CampaignDrafted(policy_version_id), row=made, actor=principal, now=now)
    return made


def open_campaign(uow: UnitOfWork, principal: Principal, now: datetime, campaign_id: UUID) -> int:
    """Freeze the audience as it is today and ask everybody in it; return how many were asked."""
    campaign = queries.get_campaign(uow.session, campaign_id)
    campaign.status = next_campaign_status(campaign.status, CampaignStep.OPEN)
    due_at = check_due(campaign.due_on, now)
    _check_in_force(uow, campaign.policy_version_id)
    campaign.opened_at = now
    people = queries.list_selected_ids(uow.session, campaign.asks, local_date(now))
    _request_many(uow, principal, now, campaign, people, due_at)
    append(uow, messages.CampaignOpened(len(people), due_at), row=campaign, actor=principal, now=now)
    return len(people)


def close_campaign(uow: UnitOfWork, principal: Principal, now: datetime, campaign_id: UUID) -> Campaign:
    """Let nobody join any more. Whoever has not signed is still asked to: closing forgives nothing."""
    campaign = queries.get_campaign(uow.session, campaign_id)
    campaign.status = next_campaign_status(campaign.status, CampaignStep.CLOSE)
    campaign.closed_at = now
    reached = queries.progress_of(uow.session, campaign_id, now)
    closed = messages.CampaignClosed(reached.signed, reached.declined, reached.waiting)
    append(uow, closed, row=campaign, actor=principal, now=now)
    return campaign


def view_attestation(
    uow: UnitOfWork, principal: Principal, now: datetime, attestation_id: UUID, language: str
) -> Attestation:
    """Record that the whole text was put before the person; later viewings of the same text change nothing."""
    found = queries.get_own(uow.session, attestation_id, principal)
    version = get_version(uow.session, found.policy_version_id)
    if not found.status.is_waiting or found.shown_sha256 == version.sha256_in(language):
        return found
    found.status = next_status(found.status, AttestationStep.VIEW)
    found.viewed_at = now
    found.shown_language, found.shown_sha256 = language, version.sha256_in(language)
    append(
        uow, messages.AttestationViewed(language, found.shown_sha256),
        row=found, actor=principal, now=now, person_id=found.person_id,
    )  # fmt: skip
    return found


def sign_attestation(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    attestation_id: UUID,
    *,
    printed_name: str,
    language: str,
    text_sha256: str,
) -> Attestation:
    """Sign the text that was shown; nobody signs for anybody else.

    Raises NotFound for somebody else's, IllegalTransition unless it was viewed and not yet answered, Conflict
    when the hash is not that of the text or the name is not the person's own.
    """
    found = queries.get_own(uow.session, attestation_id, principal)
    status = next_status(found.status, AttestationStep.SIGN)
    version = get_version(uow.session, found.policy_version_id)
    hashes = {"zh": version.zh_sha256, "en": version.en_sha256}
    check_shown(language, text_sha256, hashes, found.shown_sha256)
    name = check_printed_name(printed_name, get_person(uow.session, found.person_id).name)
    found.status, found.answered_at, found.printed_name = status, now, name
    found.meaning = Meaning.READ_AND_WILL_FOLLOW
    found.shown_language, found.shown_sha256 = language, text_sha256
    append(
        uow, messages.AttestationSigned(found.meaning, language, text_sha256),
        row=found, actor=principal, now=now, person_id=found.person_id,
    )  # fmt: skip
    state_standing(uow, found, impeded(found.due_at, now), now)
    return found


def decline_attestation(
    uow: UnitOfWork, principal: Principal, now: datetime, attestation_id: UUID, reason: str
) -> Attestation:
    """Decline, saying why, to compliance alone. It cures nothing: the person stays in default once it is due."""
    found = queries.get_own(uow.session, attestation_id, principal)
    found.status = next_status(found.status, AttestationStep.DECLINE)
    found.answered_at, found.decline_reason = now, reason
    append(
        uow, messages.AttestationDeclined(), row=found, actor=principal, now=now, person_id=found.person_id
    )
    return found


def ask_again(
    uow: UnitOfWork, principal: Principal, now: datetime, attestation_id: UUID, due_on: date
) -> Attestation:
    """Ask somebody who declined once more, by a new day; what they were in default for ends now."""
    found = queries.get_attestation(uow.session, attestation_id)
    due_at = check_due(due_on, now)
    _supersede(uow, principal, now, found, AttestationStep.ASK_AGAIN, interval_from(found.due_at, now))
    campaign = queries.get_campaign(uow.session, found.campaign_id)
    return request(uow, principal, now, campaign, found.person_id, due_at, round_=found.round + 1)


def request_of_joiner(uow: UnitOfWork, person: DirectoryPerson, now: datetime) -> list[Attestation]:
    """Ask somebody hired after the opening of campaigns that select them, once each."""
    made = []
    for campaign in queries.list_open_campaigns(uow.session):
        if campaign.opened_at is None or now < campaign.opened_at or not campaign.asks.selects(person):
            continue
        if not queries.is_asked(uow.session, campaign.id, person.id):
            due_at = joiner_due(person.hired_on, now, campaign.joiner_days)
            made.append(request(uow, SYSTEM, now, campaign, person.id, due_at))
    return made


def withdraw_of_leaver(uow: UnitOfWork, person: DirectoryPerson, now: datetime) -> int:
    """Stop asking somebody for what is due only after their last day; return how many requests that were."""
    if person.left_on is None:
        return 0
    waiting = queries.list_waiting_after(uow.session, person.id, end_of_day(person.left_on))
    for found in waiting:
        _supersede(uow, SYSTEM, now, found, AttestationStep.WITHDRAW, [])
    return len(waiting)


def request(
    uow: UnitOfWork,
    actor: Principal,
    now: datetime,
    campaign: Campaign,
    person_id: UUID,
    due_at: datetime,
    *,
    round_: int = 1,
) -> Attestation:
    """Ask one person to sign by `due_at`; the default that follows from not signing is stated at once."""
    asked = Attestation(
        campaign_id=campaign.id, policy_version_id=campaign.policy_version_id, person_id=person_id,
        round=round_, status=AttestationStatus.REQUESTED, requested_at=now, due_at=due_at,
    )  # fmt: skip
    uow.session.add(asked)
    append(uow, requested_fact(campaign, due_at), row=asked, actor=actor, now=now, person_id=person_id)
    state_standing(uow, asked, impeded(due_at, None), now)
    return asked


def new_row(campaign: Campaign, person_id: UUID, now: datetime, due_at: datetime) -> dict[str, Any]:
    """Return the columns of an attestation just requested, for bulk inserts."""
    empty = (
        "viewed_at", "answered_at", "printed_name", "meaning", "shown_language", "shown_sha256", "decline_reason",
    )  # fmt: skip
    return {
        "id": new_id(), "campaign_id": campaign.id, "policy_version_id": campaign.policy_version_id,
        "person_id": person_id, "round": 1, "status": AttestationStatus.REQUESTED, "requested_at": now,
        "due_at": due_at, "version": 1, "seal": new_seal(), **dict.fromkeys(empty),
    }  # fmt: skip


def requested_fact(campaign: Campaign, due_at: datetime) -> messages.AttestationRequested:
    """Return what the log says of a request."""
    return messages.AttestationRequested(campaign.id, campaign.policy_version_id, due_at)


def state_standing(uow: UnitOfWork, one: Attestation, intervals: Iterable[Interval], now: datetime) -> None:
    """Tell eligibility when the person is in default over this attestation."""
    title = queries.get_campaign(uow.session, one.campaign_id).title
    state_impediment(uow, attestation_statement(one.person_id, one.id, intervals, title), now)


def _check_in_force(uow: UnitOfWork, policy_version_id: UUID) -> None:
    version = uow.session.get(PolicyVersion, policy_version_id)
    if version is None or version.status is not VersionStatus.PUBLISHED:
        raise InvalidInput(
            N_("Only a version that is in force can be put before people"),
            fields={"policy_version_id": [N_("Choose a version in force.")]},
        )


def _request_many(
    uow: UnitOfWork,
    actor: Principal,
    now: datetime,
    campaign: Campaign,
    people: Iterable[UUID],
    due_at: datetime,
) -> None:
    """Do what `request` does, for all of an audience in bulk."""
    rows, entries = [], []
    fact, intervals = requested_fact(campaign, due_at), impeded(due_at, None)
    for person_id in people:
        row = new_row(campaign, person_id, now, due_at)
        entry = Entry(
            fact, f"attestation/{row['id']}", actor.actor, now,
            person_id=person_id, state=row_state(Attestation, row),
        )  # fmt: skip
        stated = attestation_statement(person_id, row["id"], intervals, campaign.title)
        subject = f"standing/{stated.kind}/{stated.reference}"
        rows.append({**row, "last_event_id": entry.id})
        entries += [entry, Entry(stated, subject, SYSTEM.actor, now, person_id=person_id)]
    if rows:
        uow.session.execute(insert(Attestation), rows)
        append_many(uow.session.connection(), entries)


def _supersede(
    uow: UnitOfWork,
    actor: Principal,
    now: datetime,
    found: Attestation,
    step: AttestationStep,
    intervals: list[Interval],
) -> None:
    found.status = next_status(found.status, step)
    append(uow, messages.AttestationSuperseded(), row=found, actor=actor, now=now, person_id=found.person_id)
    state_standing(uow, found, intervals, now)
