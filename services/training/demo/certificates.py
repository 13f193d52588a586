"""Designs of the demo company, and two certificates that were put right: one revoked, one replaced, with evidence."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

import shared.documents
from services.training.certificates.commands import Evidence, replace_certificate, revoke_certificate
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from services.training.courses.rules import Category
from services.training.designs.commands import choose_design, create_design, edit_draft, publish_version
from services.training.designs.models import Design, DesignVersion
from services.training.designs.queries import find_version
from services.training.designs.rules import STANDARD, DesignContent, DesignStatus, Signatory
from shared.core.principals import Principal, Role
from shared.core.text import LocalizedText
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.directory import DirectoryPerson, find_person
from shared.files import FileKind, FileStore

_FONTS = Path(shared.documents.__file__).parent / "fonts"
_COMPLIANCE = LocalizedText(zh="合规培训证书", en="Compliance certificate")
_EXPERT = LocalizedText(zh="产品专家证书", en="Product expert certificate")
_SIGNATORIES = (
    Signatory(LocalizedText("周立群", "Zhou Liqun"), LocalizedText("首席合规官", "Chief compliance officer")),
    Signatory(LocalizedText("孙雅", "Sun Ya"), LocalizedText("培训总监", "Head of training")),
)


def load_certificates(database: Database, company: DemoCompany) -> None:
    """Publish a design for compliance courses, leave one as a draft, revoke one certificate and replace another."""
    trainer = company.persona("trainer")
    actor = Principal(trainer.account_id, trainer.name, frozenset({Role.TRAINER}), trainer.id)
    with database.write() as uow:
        _add_designs(uow, company, actor)
    with database.write() as uow:
        _revoke_one(uow, company, actor)
        _replace_one(uow, company, actor)


def _add_designs(uow: UnitOfWork, company: DemoCompany, actor: Principal) -> None:
    at = company.now - timedelta(days=20)
    compliance = replace(
        STANDARD,
        heading=LocalizedText(zh="合规培训合格证书", en="Compliance certificate"),
        note=LocalizedText(
            zh="本证书仅证明持证人完成合规培训。",
            en="This certificate states that the training was completed.",
        ),
        accent="#0b6e4f",
        seal=_keep_picture(uow, company, _seal()),
        signatories=_SIGNATORIES,
    )
    expert = replace(
        STANDARD, heading=LocalizedText(zh="产品专家证书", en="Product expert"), accent="#8a4b08"
    )
    design, draft = _add_draft(uow, _COMPLIANCE, compliance, actor, at)
    publish_version(uow, draft, actor=actor, now=at + timedelta(hours=1))
    uow.session.flush()  # A design is chosen once a version of it is published.
    choose_design(
        uow, design.id, course_id=None, category=Category.COMPLIANCE, actor=actor, now=at + timedelta(hours=2)
    )
    _add_draft(uow, _EXPERT, expert, actor, company.now - timedelta(days=2))


def _add_draft(
    uow: UnitOfWork, name: LocalizedText, content: DesignContent, actor: Principal, at: datetime
) -> tuple[Design, DesignVersion]:
    design = create_design(uow, name, STANDARD, actor=actor, now=at)
    uow.session.flush()  # Its draft is read back.
    draft = find_version(uow.session, design.id, DesignStatus.DRAFT)
    assert draft is not None
    edit_draft(uow, draft, content, actor=actor, now=at + timedelta(minutes=20))
    uow.session.flush()  # What follows is another event about the same row.
    return design, draft


def _revoke_one(uow: UnitOfWork, company: DemoCompany, actor: Principal) -> None:
    """Somebody who has left: what it takes from anybody's standing lies in the past."""
    left = [one.id for one in company.people if one.left_on is not None][:500]
    certificate = _first(uow, left)
    if certificate is not None:
        words = "考核由他人代答，经监考录像核实。"
        evidence = _evidence(uow, company, words, "监考记录.png")
        at = company.now - timedelta(days=6)
        revoke_certificate(
            uow, certificate, reason=words, actor=actor, now=max(at, certificate.issued_at), evidence=evidence
        )


def _replace_one(uow: UnitOfWork, company: DemoCompany, actor: Principal) -> None:
    """Somebody whose name was misspelt when the certificate was issued."""
    there = [one.id for one in company.here if one.persona is None][:500]
    certificate = _first(uow, there)
    person: DirectoryPerson | None = find_person(uow.session, certificate.person_id) if certificate else None
    if certificate is not None and person is not None:
        evidence = _evidence(uow, company, "证书上的姓名与身份证不一致，按花名册更正。", "身份核对.png")
        replace_certificate(
            uow, certificate, person, evidence, actor=actor, now=company.now - timedelta(days=1)
        )


def _first(uow: UnitOfWork, people: list[UUID]) -> Certificate | None:
    statement = select(Certificate).where(
        Certificate.status == CertificateStatus.ISSUED,
        Certificate.person_id.in_(people),
        Certificate.valid_until.is_not(None),
    )
    return uow.session.scalar(statement.order_by(Certificate.issued_at, Certificate.number).limit(1))


def _evidence(uow: UnitOfWork, company: DemoCompany, words: str, name: str) -> Evidence:
    picture = Image.new("RGB", (900, 500), "#fffdf7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 20, 880, 480), outline="#777777", width=3)
    font = ImageFont.truetype(str(_FONTS / "NotoSansSC_400Common.ttf"), 34)
    draw.text((450, 220), words, font=font, fill="#222222", anchor="mm")
    draw.text((450, 300), company.today.isoformat(), font=font, fill="#777777", anchor="mm")
    sha256 = _keep_picture(uow, company, picture)
    return Evidence(words, sha256, name if sha256 else None)


def _seal() -> Image.Image:
    """Return a round seal, red and see-through, with the company's name."""
    picture = Image.new("RGBA", (480, 480), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    red = (192, 28, 40, 215)
    draw.ellipse((12, 12, 468, 468), outline=red, width=14)
    large, small = (ImageFont.truetype(str(_FONTS / "NotoSansSC_700Common.ttf"), size) for size in (84, 50))
    draw.text((240, 190), "良信", font=large, fill=red, anchor="mm")
    draw.text((240, 300), "培训专用章", font=small, fill=red, anchor="mm")
    return picture


def _keep_picture(uow: UnitOfWork, company: DemoCompany, picture: Image.Image) -> str | None:
    """Keep a picture as if it had been uploaded; nowhere to keep it, no picture."""
    if company.files_dir is None:
        return None
    drawn = io.BytesIO()
    picture.save(drawn, "PNG")
    drawn.seek(0)
    store = FileStore(company.files_dir)
    return store.keep(uow, drawn, allow=(FileKind.PNG,), max_bytes=2**20, now=company.now).sha256
