"""Eligibility as the suite sees it."""

from pathlib import Path

from services.eligibility.answers.api import blp as answers_api
from services.eligibility.base import Base
from services.eligibility.cli import COMMANDS
from services.eligibility.demo import load_demo
from services.eligibility.exports.api import blp as exports_api
from services.eligibility.exports.pages import pages as export_pages
from services.eligibility.handlers import HANDLERS
from services.eligibility.payouts.api import blp as payouts_api
from services.eligibility.payouts.models import PayoutRun
from services.eligibility.payouts.pages import pages as payout_pages
from services.eligibility.permissions import (
    PERMISSIONS,
    POLICY_READ,
    RUN_READ,
    STANDING_OWN,
    STANDING_TEAM,
)
from services.eligibility.policies.models import PolicyVersion
from services.eligibility.policies.pages import pages as policy_pages
from services.eligibility.standing.pages import pages as standing_pages
from shared.core.principals import Role
from shared.core.text import N_
from shared.db.base import PlatformBase
from shared.db.migrate import Schema
from shared.directory import DirectoryBase
from shared.web.service import NavigationItem, Service

_SECTION = N_("Incentives")

SERVICE = Service(
    name="eligibility",
    title=N_("Eligibility"),
    import_name="services.eligibility",
    schema=Schema(
        "eligibility",
        (PlatformBase.metadata, DirectoryBase.metadata, Base.metadata),
        Path(__file__).parent / "migrations",
    ),
    permissions=PERMISSIONS,
    apis=(answers_api, payouts_api, exports_api),
    pages=(standing_pages, payout_pages, export_pages, policy_pages),
    navigation=(
        NavigationItem(
            _SECTION,
            N_("My standing"),
            "/eligibility/me",
            STANDING_OWN,
            10,
            first_for=(Role.REP,),
            purpose=N_("See whether your incentive is held, why, and what mends it."),
        ),
        NavigationItem(
            _SECTION,
            N_("My team's standing"),
            "/eligibility/team",
            STANDING_TEAM,
            11,
            first_for=(Role.MANAGER,),
            purpose=N_("See who in your team is held, or soon will be."),
        ),
        NavigationItem(
            _SECTION,
            N_("Payout runs"),
            "/eligibility/payouts",
            RUN_READ,
            12,
            first_for=(Role.PAYROLL,),
            purpose=N_("Upload this period's payout file, see what is held, and take the gated file."),
        ),
        NavigationItem(_SECTION, N_("Pay policy"), "/eligibility/policy", POLICY_READ, 13),
    ),
    audited=(PolicyVersion, PayoutRun),
    handlers=HANDLERS,
    commands=COMMANDS,
    load_demo=load_demo,
)
