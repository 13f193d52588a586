"""Filling an empty database, in the order in which things happened."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, select

from services.compliance.cases.commands import record_officer
from services.compliance.catalogue import seed as catalogue
from services.compliance.catalogue.models import RedLineCategory
from services.compliance.demo import affairs, undertakings
from services.compliance.demo.people import principal
from services.compliance.demo.texts import CHANGE_NOTE, revised
from services.compliance.policies import commands as policies
from services.compliance.policies import seed as conduct
from services.compliance.policies.models import PolicyVersion
from services.compliance.policies.queries import find_policy, list_versions
from services.compliance.standing.commands import coverage_of
from services.compliance.standing.models import CoveredPerson
from shared.core.principals import SYSTEM
from shared.core.zones import start_of_day
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.eventlog import Entry, append_many

# When the code of conduct came into force, and its second version, in days before today.
_FIRST_VERSION = 363
_SECOND_VERSION = 75


def load_demo(database: Database, company: DemoCompany) -> None:
    """Write policies, two campaigns, and a year of cases with their holds and sanctions."""
    with database.write() as uow:
        _ship_again(uow, company)
        _cover(uow, company)
    first = _publish(database, company, None, _FIRST_VERSION)
    undertakings.load_closed(database, company, first)
    second = _publish(database, company, first, _SECOND_VERSION)
    undertakings.load_open(database, company, second)
    affairs.load(database, company)


def _ship_again(uow: UnitOfWork, company: DemoCompany) -> None:
    """Write what ships with the product, should a loading that was broken off have emptied it as well."""
    if not uow.session.scalar(select(func.count()).select_from(RedLineCategory)):
        catalogue.ship(uow.session.connection(), company.now)
        conduct.ship(uow.session.connection(), company.now)


def _cover(uow: UnitOfWork, company: DemoCompany) -> None:
    """Do what following people's feed does, for those whom it has not brought yet."""
    known = set(uow.session.scalars(select(CoveredPerson.person_id)))
    rows, entries = [], []
    for one in company.people:
        if one.id not in known:
            since = start_of_day(one.hired_on)
            rows.append({"person_id": one.id, "since": since})
            stated = coverage_of(one.id, since)
            entries.append(Entry(stated, f"coverage/{one.id}", SYSTEM.actor, company.now, person_id=one.id))
    if rows:
        uow.session.execute(insert(CoveredPerson), rows)
        append_many(uow.session.connection(), entries)
    for persona in ("compliance", "compliance2"):
        officer = company.persona(persona)
        assert officer.account_id is not None
        record_officer(uow, officer.account_id, officer.id)


def _publish(
    database: Database, company: DemoCompany, former: PolicyVersion | None, days_ago: int
) -> PolicyVersion:
    """Take the code of conduct through review, by two people; with `former` as its next version."""
    author, approver = principal(company, "compliance"), principal(company, "compliance2")
    at = start_of_day(company.today - timedelta(days=days_ago)) + timedelta(hours=10)
    with database.write() as uow:
        version_id = _draft(uow, company, former, days_ago)
    for hours, who, command in (
        (1, author, policies.submit_version),
        (30, approver, policies.approve_version),
        (32, author, policies.publish_version),
    ):
        with database.write() as uow:
            version = command(uow, who, at + timedelta(hours=hours), version_id)
    return version


def _draft(uow: UnitOfWork, company: DemoCompany, former: PolicyVersion | None, days_ago: int) -> UUID:
    at = start_of_day(company.today - timedelta(days=days_ago)) + timedelta(hours=10)
    document = find_policy(uow.session, conduct.CODE)
    assert document is not None
    if former is None:
        return list_versions(uow.session, document.id)[0].id
    author = principal(company, "compliance")
    return policies.draft_version(uow, author, at, document.id, revised(conduct.TEXT), CHANGE_NOTE).id
