"""The people service, declared."""

from pathlib import Path
from typing import Any

from services.people.accounts.models import Account
from services.people.accounts.pages import pages as account_pages
from services.people.base import Base
from services.people.cli import COMMANDS
from services.people.demo import load_demo
from services.people.home.pages import pages as home_pages
from services.people.imports.api import blp as import_api
from services.people.imports.commands import erase_expired
from services.people.imports.models import RosterImport
from services.people.imports.pages import pages as import_pages
from services.people.permissions import ACCOUNTS_MANAGE, PERMISSIONS, ROSTER_IMPORT, ROSTER_READ, SELF
from services.people.roster.api import blp as roster_api
from services.people.roster.models import Person
from services.people.roster.pages import pages as roster_pages
from services.people.sign_in.api import blp as token_api
from services.people.sign_in.commands import erase_old_failures
from services.people.sign_in.pages import pages as sign_in_pages
from shared.core.principals import Role
from shared.core.text import N_
from shared.db.base import PlatformBase
from shared.db.migrate import Schema
from shared.jobs import JobContext, Schedule
from shared.web.service import NavigationItem, Service


def tidy(context: JobContext) -> dict[str, Any]:
    """Erase what is not needed any longer: rows of undecided files, and failed sign-ins of long ago."""
    now = context.clock.now()
    with context.database.write() as uow:
        return {"files": erase_expired(uow, now), "failures": erase_old_failures(uow, now)}


SERVICE = Service(
    name="people",
    title=N_("People"),
    import_name="services.people",
    schema=Schema("people", (PlatformBase.metadata, Base.metadata), Path(__file__).parent / "migrations"),
    permissions=PERMISSIONS,
    apis=(roster_api, import_api, token_api),
    pages=(home_pages, sign_in_pages, roster_pages, import_pages, account_pages),
    navigation=(
        NavigationItem(N_("Overview"), N_("Home"), "/people/", SELF, order=0),
        NavigationItem(N_("People"), N_("Roster"), "/people/roster", ROSTER_READ, order=80),
        NavigationItem(N_("People"), N_("Org tree"), "/people/org", ROSTER_READ, order=81),
        NavigationItem(
            N_("People"),
            N_("Import a roster"),
            "/people/roster/imports/new",
            ROSTER_IMPORT,
            order=82,
            also=("/people/roster/imports",),
            first_for=(Role.HR,),
            purpose=N_("See what a roster file would change before anything is changed."),
        ),
        NavigationItem(
            N_("People"),
            N_("Accounts"),
            "/people/accounts",
            ACCOUNTS_MANAGE,
            order=83,
            first_for=(Role.ADMINISTRATOR,),
            purpose=N_("Who can sign in, and as what."),
        ),
    ),
    audited=(Person, Account, RosterImport),
    jobs={"people.tidy": tidy},
    schedules=(Schedule("people.tidy", minute="17"),),
    commands=COMMANDS,
    load_demo=load_demo,
)
