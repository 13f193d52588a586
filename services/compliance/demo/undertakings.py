"""Two campaigns for the code of conduct: last year's, which is closed, and the one that is open now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.compliance.attestations import commands
from services.compliance.attestations.models import Attestation, Campaign
from services.compliance.attestations.rules import (
    AttestationStatus,
    CampaignStatus,
    Meaning,
    impeded,
    joiner_due,
)
from services.compliance.demo.people import principal
from services.compliance.demo.texts import CAMPAIGN_TITLES, UNCLEAR
from services.compliance.policies.models import PolicyVersion
from services.compliance.standing.rules import attestation_statement
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, local_date, start_of_day
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany, DemoPerson
from shared.directory import Audience
from shared.eventlog import Entry, append, append_many, row_state
from shared.messages import compliance as messages

_BATCH = 5_000
_LARGE = 10_000
_JOINER_DAYS = 14
_SALES = ("rep", "supervisor", "district_manager", "regional_manager", "director")
# The personas of sales have a story of their own: nothing here may hold one of them.
_UNTOUCHED = ("rep", "rep2", "manager")


@dataclass(frozen=True)
class Answer:
    """What one person made of a request; `at` is when they signed, None when they have not."""

    person: DemoPerson
    asked_at: datetime
    due_at: datetime
    at: datetime | None


def load_closed(database: Database, company: DemoCompany, version: PolicyVersion) -> None:
    """Write last year's campaign: everybody signed, a few of them late.

    A very large company tried it out in one region first, which also keeps loading it short.
    """
    regions = ("east",) if company.size > _LARGE else ()
    campaign = _campaign(company, version, opened_ago=350, days=14, regions=regions)
    opened, due_at = _opened(campaign), end_of_day(campaign.due_on)
    answers = []
    for one in _there(company, opened):
        if regions and one.region not in regions:
            continue
        chance = company.random("undertaking", campaign.title.en, one.id)
        late = chance.random() < 0.05 and one.persona not in _UNTOUCHED
        days = 15 + chance.random() * 25 if late else 0.2 + chance.random() * 13
        answers.append(Answer(one, opened, due_at, opened + timedelta(days=days)))
    _write(database, company, campaign, version, answers)
    with database.write() as uow:
        closer = principal(company, "compliance")
        commands.close_campaign(uow, closer, opened + timedelta(days=60), campaign.id)


def load_open(database: Database, company: DemoCompany, version: PolicyVersion) -> None:
    """Write the campaign that is open now: most have signed, some are late, joiners have days of their own."""
    campaign = _campaign(company, version, opened_ago=40, days=31)
    opened, due_at = _opened(campaign), end_of_day(campaign.due_on)
    answers = [_answer(company, one, opened, due_at) for one in _there(company, opened)]
    for one in company.people:
        if local_date(opened) < one.hired_on <= company.today and one.position in _SALES:
            asked = start_of_day(one.hired_on) + timedelta(hours=9)
            answers.append(_answer(company, one, asked, joiner_due(one.hired_on, asked, _JOINER_DAYS)))
    manager = company.persona("manager")
    _write(database, company, campaign, version, [one for one in answers if one.person is not manager])
    _ask_manager_again(database, company, campaign)


def _answer(company: DemoCompany, one: DemoPerson, asked_at: datetime, due_at: datetime) -> Answer:
    """Nine in ten sign in time, one in fifty is late and has signed since, one in forty has not signed."""
    chance = company.random("undertaking", asked_at.date(), one.id)
    lot, length = chance.random(), (due_at - asked_at).total_seconds()
    at: datetime | None = asked_at + timedelta(seconds=length * (0.01 + 0.9 * chance.random()))
    if one.persona not in _UNTOUCHED:
        if lot < 0.025:
            at = None
        elif lot < 0.045:
            at = due_at + timedelta(days=0.5 + 6 * chance.random())
    gone = one.left_on is not None and at is not None and local_date(at) > one.left_on
    if at is not None and (at > company.now or gone):
        at = None
    return Answer(one, asked_at, due_at, at)


def _ask_manager_again(database: Database, company: DemoCompany, campaign: Campaign) -> None:
    """Zhao Min declined because a paragraph was unclear; she was asked again, and has until tonight."""
    officer, manager = principal(company, "compliance"), principal(company, "manager")
    opened = _opened(campaign)
    assert manager.person_id is not None
    with database.write() as uow:
        due_at = end_of_day(campaign.due_on)
        asked = commands.request(uow, officer, opened, campaign, manager.person_id, due_at)
    with database.write() as uow:
        commands.view_attestation(uow, manager, opened + timedelta(days=6), asked.id, "zh")
    with database.write() as uow:
        commands.decline_attestation(uow, manager, opened + timedelta(days=6, minutes=8), asked.id, UNCLEAR)
    with database.write() as uow:
        commands.ask_again(uow, officer, opened + timedelta(days=28), asked.id, company.today)


def _campaign(
    company: DemoCompany,
    version: PolicyVersion,
    *,
    opened_ago: int,
    days: int,
    regions: tuple[str, ...] = (),
) -> Campaign:
    day = company.today - timedelta(days=opened_ago)
    zh, en = CAMPAIGN_TITLES
    at = start_of_day(day) + timedelta(hours=10)
    return Campaign(
        id=new_id(), title=LocalizedText(zh=zh.format(year=day.year), en=en.format(year=day.year)),
        policy_version_id=version.id, audience=Audience(positions=_SALES, regions=regions).to_json(),
        due_on=day + timedelta(days=days), joiner_days=_JOINER_DAYS, status=CampaignStatus.OPEN,
        created_at=at - timedelta(days=2), opened_at=at,
    )  # fmt: skip


def _opened(campaign: Campaign) -> datetime:
    assert campaign.opened_at is not None
    return campaign.opened_at


def _there(company: DemoCompany, at: datetime) -> list[DemoPerson]:
    """Return the sales people who were on the roster on that day."""
    day = local_date(at)
    return [
        one
        for one in company.people
        if one.position in _SALES and one.hired_on <= day and (one.left_on is None or one.left_on >= day)
    ]


def _write(
    database: Database,
    company: DemoCompany,
    campaign: Campaign,
    version: PolicyVersion,
    answers: list[Answer],
) -> None:
    """Write the campaign, its attestations, and what the log says of them in the order of time."""
    officer, opened = principal(company, "compliance"), _opened(campaign)
    with database.write() as uow:
        uow.session.add(campaign)
        drafted = messages.CampaignDrafted(version.id)
        append(uow, drafted, subject=f"campaign/{campaign.id}", actor=officer, now=campaign.created_at)
        fact = messages.CampaignOpened(len(answers), end_of_day(campaign.due_on))
        append(uow, fact, row=campaign, actor=officer, now=opened)
    with database.write() as uow:
        ids = [(new_id(), new_id()) for _ in answers]
        pairs = zip(answers, ids, strict=True)
        rows = [_row(campaign, version, answer, *two) for answer, two in pairs]
        _insert(uow, rows)
        happened = sorted(
            (at, index, step) for index, one in enumerate(answers) for step, at in enumerate(_instants(one))
        )
        entries = (
            entry
            for _at, index, step in happened
            for entry in _entries(campaign, rows[index], answers[index], step, officer.actor)
        )
        append_many(uow.session.connection(), entries)


def _instants(answer: Answer) -> Iterator[datetime]:
    """When somebody was asked, read it, and signed it (or, having left, was asked no more)."""
    yield answer.asked_at
    if answer.at is not None:
        yield max(answer.asked_at, answer.at - timedelta(minutes=9))
        yield answer.at
    elif _withdrawn_at(answer) is not None:
        yield start_of_day(answer.person.left_on) + timedelta(hours=17)  # type: ignore[arg-type]


def _withdrawn_at(answer: Answer) -> datetime | None:
    left_on = answer.person.left_on
    if left_on is None or end_of_day(left_on) >= answer.due_at:
        return None
    return start_of_day(left_on) + timedelta(hours=17)


def _row(
    campaign: Campaign, version: PolicyVersion, answer: Answer, row_id: UUID, last_event_id: UUID
) -> dict[str, Any]:
    row = commands.new_row(campaign, answer.person.id, answer.asked_at, answer.due_at)
    row |= {"id": row_id, "last_event_id": last_event_id}
    if answer.at is not None:
        row |= {
            "status": AttestationStatus.SIGNED, "viewed_at": list(_instants(answer))[1], "answered_at": answer.at,
            "printed_name": answer.person.name, "meaning": Meaning.READ_AND_WILL_FOLLOW, "shown_language": "zh",
            "shown_sha256": version.zh_sha256, "version": 3,
        }  # fmt: skip
    elif _withdrawn_at(answer) is not None:
        row |= {"status": AttestationStatus.SUPERSEDED, "version": 2}
    return row


def _entries(
    campaign: Campaign, row: dict[str, Any], answer: Answer, step: int, officer: str
) -> Iterator[Entry]:
    """Return the events of one step; the last one of an attestation's own holds the state of its row."""
    instants = list(_instants(answer))
    at, is_last = instants[step], step + 1 == len(instants)
    own = f"account:{answer.person.account_id or answer.person.id}"
    message: Any = commands.requested_fact(campaign, answer.due_at)
    actor, intervals = officer if answer.asked_at == campaign.opened_at else SYSTEM.actor, None
    if step == 0:
        intervals = impeded(answer.due_at, None)
    elif answer.at is None:
        message, actor, intervals = messages.AttestationSuperseded(), SYSTEM.actor, []
    elif step == 1:
        message, actor = messages.AttestationViewed("zh", row["shown_sha256"]), own
    else:
        message, actor = messages.AttestationSigned(row["meaning"], "zh", row["shown_sha256"]), own
        intervals = impeded(answer.due_at, answer.at)
    yield Entry(
        message, f"attestation/{row['id']}", actor, at, person_id=answer.person.id,
        id=row["last_event_id"] if is_last else new_id(), state=row_state(Attestation, row) if is_last else None,
    )  # fmt: skip
    if intervals is not None:
        stated = attestation_statement(answer.person.id, row["id"], intervals, campaign.title)
        subject = f"standing/{stated.kind}/{stated.reference}"
        yield Entry(stated, subject, SYSTEM.actor, at, person_id=answer.person.id)


def _insert(uow: UnitOfWork, rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while chunk := list(islice(remaining, _BATCH)):
        # Into the table: an insert of the entity would begin its versions anew.
        uow.session.execute(insert(Attestation.__table__), chunk)
