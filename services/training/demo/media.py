"""A document and a film in the demo company's courses: a launch to be read, a negotiation to be watched."""

import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import shared.documents
from services.training.assigning.commands import Order, assign_chunk
from services.training.courses.commands import edit_draft, publish_version, start_draft
from services.training.courses.models import Course
from services.training.courses.queries import find_by_code, find_version
from services.training.courses.rules import VersionStatus
from services.training.demo.film import film
from services.training.drafts.commands import take_document, take_video
from services.training.parts.rules import DocumentPart, Part, VideoPart
from shared.core.errors import Unavailable
from shared.core.principals import Principal, Role
from shared.core.text import LocalizedText
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.documents import LibrariesMissing, render_pdf
from shared.files import FileStore

_CONTENT = Path(__file__).parent / "content"
_FONTS = Path(shared.documents.__file__).parent / "fonts"
_GUIDE = LocalizedText("电动腔镜吻合器上市手册", "Launch guide: powered endoscopic stapler")
_FILM = LocalizedText("谈判五步：一场对话", "Five steps of a negotiation")
_SECONDS = 5
# Heading, then what is said about it, in both languages.
_SLIDES = (
    ("商务谈判", "Negotiation", "一页纸准备，一步步交换", "Prepare on one page, trade step by step"),
    ("一 准备", "1 Prepare", "目标、底线、替代方案、可交换的条件", "Goal, limit, alternative, what can be traded"),
    ("二 先问", "2 Ask first", "“您最担心的是停机，还是培训？”", "“What worries you more, downtime or training?”"),
    ("三 讲总价值", "3 Show the total", "五年的耗材、维护与停机，不只是单价", "Five years of use, not the unit price"),
    ("四 交换", "4 Trade", "“如果账期缩短到 60 天，我们可以……”", "“If you paid in 60 days, we could …”"),
    ("五 写下来", "5 Write it down", "当天发出纪要；条款变更先走评审", "Minutes the same day; changes go to review"),
    ("红线", "Red line", "“给我个人留一点”：停下，拒绝，当天报告", "“Something for me?” Stop, decline, report it"),
)  # fmt: skip


def load_media(database: Database, company: DemoCompany) -> None:
    """Give two courses a second version, with a document and with a film, and ask each of a rep, due in weeks.

    Nowhere to keep files, no files.
    """
    if company.files_dir is None:
        return
    store, written_at = FileStore(company.files_dir), company.now - timedelta(days=20)
    trainer = company.persona("trainer")
    actor = Principal(trainer.account_id, trainer.name, frozenset({Role.TRAINER}), trainer.id)
    with database.write() as uow:
        guide = _guide(uow, store, company, actor, written_at)
        if guide is not None:
            _publish(uow, "new-products", guide, actor, written_at)
        course = _publish(uow, "negotiation", _film(uow, store, written_at), actor, written_at)
        reps = (company.persona("rep").id, company.persona("rep2").id)
        due_on = company.today + timedelta(days=45)
        for asked in (course, find_by_code(uow.session, "new-products")):
            assert asked is not None
            assign_chunk(uow, Order(asked.id, due_on, actor, None, reps), None, now=company.now)


def _publish(uow: UnitOfWork, code: str, part: Part, actor: Principal, now: datetime) -> Course:
    """Publish a course anew with a part after its text; nobody holds a certificate of it, so nobody retrains."""
    course = find_by_code(uow.session, code)
    published = find_version(uow.session, course.id, VersionStatus.PUBLISHED) if course else None
    assert course is not None
    assert published is not None
    draft = start_draft(uow, course, actor=actor, now=now)
    before = draft.content
    parts = (before.parts[0], part, *before.parts[1:])
    edit_draft(uow, draft, replace(before, parts=parts, minutes=before.minutes + 5), actor=actor, now=now)
    publish_version(uow, draft, actor=actor, now=now)
    uow.session.flush()  # What is asked next looks for the published version.
    return course


def _guide(
    uow: UnitOfWork, store: FileStore, company: DemoCompany, actor: Principal, now: datetime
) -> DocumentPart | None:
    """Return the launch guide as a part, in both languages; None where PDFs cannot be made."""
    part = DocumentPart("guide", _GUIDE)
    for locale, language in (("zh", "zh-CN"), ("en", "en")):
        html = (_CONTENT / f"launch-guide.{locale}.html").read_text("utf-8")
        title = _GUIDE.pick(locale)
        try:
            pdf = render_pdf(html, title=title, language=language, author="良信 Goodstanding", created=now)
        except (LibrariesMissing, Unavailable):
            return None
        part = take_document(uow, store, part, locale, io.BytesIO(pdf), actor=actor, now=now)
    return part


def _film(uow: UnitOfWork, store: FileStore, now: datetime) -> VideoPart:
    slides = [_slide(number, *words) for number, words in enumerate(_SLIDES)]
    return take_video(uow, store, VideoPart("film", _FILM), io.BytesIO(film(slides, _SECONDS)), now=now)


def _slide(number: int, zh: str, en: str, said_zh: str, said_en: str) -> Image.Image:
    """Return a slide of the film: dark, large words, a bar that shows how far it is."""
    picture = Image.new("RGB", (960, 540), "#12304a")
    draw = ImageDraw.Draw(picture)
    bold, plain = _FONTS / "NotoSansSC_700Common.ttf", _FONTS / "NotoSansSC_400Common.ttf"
    for height, size, font, color, words in (
        (130, 64, bold, "#ffffff", zh),
        (205, 34, bold, "#9cc7e8", en),
        (320, 36, plain, "#ffffff", said_zh),
        (385, 28, plain, "#9cc7e8", said_en),
    ):
        draw.text((80, height), words, font=ImageFont.truetype(str(font), size), fill=color, anchor="lm")
    draw.rectangle((80, 470, 880, 476), fill="#2b5473")
    draw.rectangle((80, 470, 80 + 800 * (number + 1) // len(_SLIDES), 476), fill="#f2b84b")
    return picture
