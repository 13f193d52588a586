"""Reading campaigns and attestations. A person sees their own; progress is for those who run campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from services.compliance.attestations.models import Attestation, Campaign
from services.compliance.attestations.rules import WAITING, AttestationStatus, CampaignStatus
from shared.core.errors import NotFound
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import Audience, DirectoryPerson

# What the list of a campaign's people may be narrowed to.
FILTERS = ("", "waiting", "overdue", "signed", "declined")


@dataclass(frozen=True)
class Progress:
    """How far a campaign has come, in one region or as a whole; `overdue` are not signed and late."""

    region: str
    asked: int
    signed: int
    declined: int
    overdue: int

    @property
    def waiting(self) -> int:
        """Neither signed nor declined."""
        return self.asked - self.signed - self.declined


@dataclass(frozen=True)
class MyAttestation:
    """An attestation with what it is about."""

    attestation: Attestation
    campaign: Campaign


def list_mine(session: Session, principal: Principal) -> list[MyAttestation]:
    """Return what the principal was asked to sign, by due time; without what is no longer asked."""
    rows = session.execute(
        select(Attestation, Campaign)
        .join(Campaign, Campaign.id == Attestation.campaign_id)
        .where(
            Attestation.person_id == principal.person_id,
            Attestation.status != AttestationStatus.SUPERSEDED,
        )
        .order_by(Attestation.due_at, Attestation.id)
    )
    return [MyAttestation(*row) for row in rows]


def get_own(session: Session, attestation_id: UUID, principal: Principal) -> Attestation:
    """Return the principal's own attestation; raise NotFound, also for somebody else's."""
    found = session.get(Attestation, attestation_id)
    if found is None or principal.person_id is None or found.person_id != principal.person_id:
        raise NotFound(N_("There is no such attestation"))
    return found


def get_attestation(session: Session, attestation_id: UUID) -> Attestation:
    """Return an attestation, for those who run campaigns; raise NotFound."""
    found = session.get(Attestation, attestation_id)
    if found is None:
        raise NotFound(N_("There is no such attestation"))
    return found


def get_campaign(session: Session, campaign_id: UUID) -> Campaign:
    """Return the campaign; raise NotFound."""
    found = session.get(Campaign, campaign_id)
    if found is None:
        raise NotFound(N_("There is no such campaign"))
    return found


def list_campaigns(session: Session) -> Sequence[Campaign]:
    """Return every campaign, the newest first: a few a year."""
    return session.scalars(select(Campaign).order_by(Campaign.created_at.desc(), Campaign.id)).all()


def list_open_campaigns(session: Session) -> Sequence[Campaign]:
    """Return the campaigns that people can still join."""
    return session.scalars(select(Campaign).where(Campaign.status == CampaignStatus.OPEN)).all()


def is_asked(session: Session, campaign_id: UUID, person_id: UUID) -> bool:
    """Say whether the campaign has asked this person."""
    wanted = (Attestation.campaign_id == campaign_id, Attestation.person_id == person_id)
    return bool(session.scalar(select(exists().where(*wanted))))


def list_waiting_after(session: Session, person_id: UUID, due_after: datetime) -> Sequence[Attestation]:
    """Return what the person has not answered and what is due only after that instant."""
    return session.scalars(
        select(Attestation).where(
            Attestation.person_id == person_id,
            Attestation.status.in_(WAITING),
            Attestation.due_at > due_after,
        )
    ).all()


def list_selected_ids(session: Session, audience: Audience, on: date) -> Sequence[UUID]:
    """Return the ids of those on the roster on `on` whom the audience selects."""
    return session.scalars(_selected(audience, on).order_by(DirectoryPerson.employee_no)).all()


def count_selected(session: Session, audience: Audience, on: date) -> list[tuple[str, int]]:
    """Return how many people the audience would select on `on`, by region."""
    chosen = _selected(audience, on).subquery()
    rows = session.execute(
        select(DirectoryPerson.region, func.count())
        .join(chosen, chosen.c.id == DirectoryPerson.id)
        .group_by(DirectoryPerson.region)
        .order_by(DirectoryPerson.region)
    )
    return [(region, count) for region, count in rows]


def progress_by_region(session: Session, campaign_id: UUID, now: datetime) -> list[Progress]:
    """Return how far a campaign has come in each region, at this moment."""
    region = func.coalesce(DirectoryPerson.region, "")
    rows = session.execute(
        select(region, *_figures(now))
        .outerjoin(DirectoryPerson, DirectoryPerson.id == Attestation.person_id)
        .where(Attestation.campaign_id == campaign_id, Attestation.status != AttestationStatus.SUPERSEDED)
        .group_by(region)
        .order_by(region)
    )
    return [Progress(name, *figures) for name, *figures in rows]


def progress_of(session: Session, campaign_id: UUID, now: datetime) -> Progress:
    """Return how far a campaign has come as a whole."""
    row = session.execute(
        select(*_figures(now)).where(
            Attestation.campaign_id == campaign_id, Attestation.status != AttestationStatus.SUPERSEDED
        )
    ).one()
    return Progress("", *(figure or 0 for figure in row))


def list_asked(
    session: Session,
    campaign_id: UUID,
    now: datetime,
    *,
    show: str = "",
    region: str = "",
    search: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Attestation]:
    """Return a page of those asked, by due time; `show` is one of FILTERS, `search` part of name or number."""
    statement = (
        select(Attestation)
        .join(DirectoryPerson, DirectoryPerson.id == Attestation.person_id)
        .where(Attestation.campaign_id == campaign_id, Attestation.status != AttestationStatus.SUPERSEDED)
    )
    statement = _narrowed(statement, show, now)
    if region:
        statement = statement.where(DirectoryPerson.region == region)
    if search:
        statement = statement.where(
            or_(
                DirectoryPerson.name.contains(search, autoescape=True),
                DirectoryPerson.employee_no.contains(search, autoescape=True),
            )
        )
    keys = [Attestation.due_at, Attestation.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit)


def people_of(session: Session, attestations: Sequence[Attestation]) -> dict[UUID, Row[UUID, str, str, str]]:
    """Return (id, name, employee_no, region) of the people in a page of attestations, by id."""
    rows = session.execute(
        select(
            DirectoryPerson.id, DirectoryPerson.name, DirectoryPerson.employee_no, DirectoryPerson.region
        ).where(DirectoryPerson.id.in_([one.person_id for one in attestations]))
    )
    return {row.id: row for row in rows}


def _selected(audience: Audience, on: date) -> Select[UUID]:
    return select(DirectoryPerson.id).where(
        DirectoryPerson.hired_on <= on,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= on),
        audience.where(),
    )


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(Attestation.status != AttestationStatus.SIGNED, Attestation.due_at <= now)


def _figures(now: datetime) -> tuple[ColumnElement[int], ...]:
    return (
        func.count(),
        func.sum(case((Attestation.status == AttestationStatus.SIGNED, 1), else_=0)),
        func.sum(case((Attestation.status == AttestationStatus.DECLINED, 1), else_=0)),
        func.sum(case((_is_late(now), 1), else_=0)),
    )


def _narrowed(statement: Select[Attestation], show: str, now: datetime) -> Select[Attestation]:
    match show:
        case "waiting":
            return statement.where(Attestation.status.in_(WAITING))
        case "overdue":
            return statement.where(_is_late(now))
        case "signed" | "declined":
            return statement.where(Attestation.status == AttestationStatus(show))
        case _:
            return statement
