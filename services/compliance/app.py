"""The compliance service, declared."""

from pathlib import Path

from services.compliance import permissions as p
from services.compliance.attestations.api import api as attestations_api
from services.compliance.attestations.models import Attestation, Campaign
from services.compliance.attestations.pages import pages as attestations_pages
from services.compliance.base import Base
from services.compliance.cases.api import api as cases_api
from services.compliance.cases.models import Case, CaseEntry, CaseOfficer, CaseSubject
from services.compliance.cases.pages import pages as cases_pages
from services.compliance.catalogue.api import api as catalogue_api
from services.compliance.catalogue.models import RedLineCategory
from services.compliance.catalogue.pages import pages as handbook_pages
from services.compliance.closing.api import api as closing_api
from services.compliance.closing.pages import pages as closing_pages
from services.compliance.demo import load_demo
from services.compliance.handlers import PEOPLE
from services.compliance.holds.api import api as holds_api
from services.compliance.holds.models import Hold
from services.compliance.holds.pages import pages as holds_pages
from services.compliance.policies.api import api as policies_api
from services.compliance.policies.models import PolicyDocument, PolicyVersion
from services.compliance.policies.pages import pages as policies_pages
from services.compliance.sanctions.api import api as sanctions_api
from services.compliance.sanctions.models import Sanction
from services.compliance.sanctions.pages import pages as sanctions_pages
from shared.core.principals import Role
from shared.core.text import N_
from shared.db.base import PlatformBase
from shared.db.migrate import Schema
from shared.directory import DirectoryBase
from shared.web.service import NavigationItem, Service

_SECTION = N_("Compliance")

SERVICE = Service(
    name="compliance",
    title=N_("Compliance"),
    import_name="services.compliance",
    schema=Schema(
        "compliance",
        (PlatformBase.metadata, DirectoryBase.metadata, Base.metadata),
        Path(__file__).parent / "migrations",
    ),
    permissions=p.PERMISSIONS,
    apis=(catalogue_api, policies_api, attestations_api, cases_api, holds_api, sanctions_api, closing_api),
    pages=(
        handbook_pages,
        policies_pages,
        attestations_pages,
        cases_pages,
        holds_pages,
        sanctions_pages,
        closing_pages,
    ),
    navigation=(
        NavigationItem(_SECTION, N_("My attestations"), "/compliance/my", p.ATTESTATION_SIGN, 30),
        NavigationItem(_SECTION, N_("Handbook"), "/compliance/handbook", p.HANDBOOK_READ, 31),
        NavigationItem(_SECTION, N_("Policies"), "/compliance/policies", p.HANDBOOK_READ, 32),
        NavigationItem(_SECTION, N_("Campaigns"), "/compliance/campaigns", p.CAMPAIGN_MANAGE, 33),
        NavigationItem(
            _SECTION,
            N_("Case board"),
            "/compliance/cases",
            p.CASE_WORK,
            34,
            first_for=(Role.COMPLIANCE,),
            purpose=N_("Work on red-line cases, and on holds that wait for a second person."),
        ),
        NavigationItem(_SECTION, N_("Waiting for approval"), "/compliance/holds", p.CASE_WORK, 35),
    ),
    audited=(
        RedLineCategory,
        PolicyDocument,
        PolicyVersion,
        Campaign,
        Attestation,
        Case,
        CaseSubject,
        CaseOfficer,
        CaseEntry,
        Hold,
        Sanction,
    ),
    handlers={"people": PEOPLE},
    load_demo=load_demo,
)
