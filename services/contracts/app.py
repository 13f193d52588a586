"""The contracts service, declared."""

from pathlib import Path

from services.contracts.ageing.pages import pages as ageing_pages
from services.contracts.agreements.api import blp as agreements_api
from services.contracts.agreements.models import Contract, ContractApproval, ContractVersion
from services.contracts.agreements.pages import pages as agreements_pages
from services.contracts.base import Base
from services.contracts.counterparties.api import blp as counterparties_api
from services.contracts.counterparties.models import Counterparty
from services.contracts.counterparties.pages import pages as counterparties_pages
from services.contracts.demo import load_demo
from services.contracts.dossier.pages import pages as dossier_pages
from services.contracts.handlers import JOBS, PEOPLE, SCHEDULES
from services.contracts.permissions import (
    CONTRACT_READ,
    COUNTERPARTY_READ,
    PERMISSIONS,
    RECEIVABLE_READ,
    REVIEW_DECIDE,
)
from services.contracts.receivables.api import blp as receivables_api
from services.contracts.receivables.models import Receipt, Receivable, ReceivableOwnership
from services.contracts.receivables.pages import pages as receivables_pages
from services.contracts.reviews.api import blp as reviews_api
from services.contracts.reviews.models import ReviewRound, ReviewStep
from services.contracts.reviews.pages import pages as reviews_pages
from shared.core.principals import Role
from shared.core.text import N_
from shared.db.base import PlatformBase
from shared.db.migrate import Schema
from shared.directory import DirectoryBase
from shared.web.service import NavigationItem, Service

AUDITED = (
    Counterparty, Contract, ContractVersion, ContractApproval, ReviewRound, ReviewStep, Receivable,
    ReceivableOwnership, Receipt,
)  # fmt: skip

_SECTION = N_("Contracts")
NAVIGATION = (
    NavigationItem(
        _SECTION,
        N_("To review"),
        "/contracts/reviews",
        REVIEW_DECIDE,
        order=40,
        first_for=(Role.LEGAL,),
        purpose=N_("Contracts that wait for your review, the most urgent first."),
    ),
    NavigationItem(_SECTION, N_("All contracts"), "/contracts/", CONTRACT_READ, order=41),
    NavigationItem(
        _SECTION,
        N_("Receivables"),
        "/contracts/receivables",
        RECEIVABLE_READ,
        order=42,
        first_for=(Role.FINANCE,),
        purpose=N_("What customers owe, by age; book what came in."),
    ),
    NavigationItem(_SECTION, N_("Customers"), "/contracts/counterparties", COUNTERPARTY_READ, order=43),
)

SERVICE = Service(
    name="contracts",
    title=N_("Contracts"),
    import_name="services.contracts",
    schema=Schema(
        "contracts",
        (PlatformBase.metadata, DirectoryBase.metadata, Base.metadata),
        Path(__file__).parent / "migrations",
    ),
    permissions=PERMISSIONS,
    apis=(counterparties_api, agreements_api, reviews_api, receivables_api),
    pages=(
        counterparties_pages,
        agreements_pages,
        reviews_pages,
        ageing_pages,
        receivables_pages,
        dossier_pages,
    ),
    navigation=NAVIGATION,
    audited=AUDITED,
    load_demo=load_demo,
    handlers={"people": PEOPLE},
    jobs=JOBS,
    schedules=SCHEDULES,
)
