"""A certificate on paper: what stands where, made from a design and the certificate's facts. Pure: texts in and out.

Both languages are spelt out here and in the templates, not translated: one sheet may carry both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.training.certificates.rules import CertificateState
from services.training.designs.rules import DesignContent, Placeholder, fill, width_of
from shared.core.canonical import canonical_json
from shared.core.text import LocalizedText
from shared.documents import Attachment, PrintedCode, Sheet, SheetForm

LANGUAGES = ("both", "zh", "en")
AUTHOR = "Goodstanding 良信"
_TEMPLATES = Path(__file__).parent.parent / "templates" / "training"
_WIDTH, _HEIGHT = 297, 210
_CODE = (239.5, 161.0, 27.0)  # Left, top and size of the QR code, in millimetres.
# Up to so many Chinese characters a line of that size holds.
_HOLDER_SIZES = ((10, "h1"), (14.5, "h2"), (21, "h3"))
_COURSE_SIZES = ((18, "c1"), (24, "c2"), (62, "c3"))
_SECOND_SIZES = ((29, "s1"), (36, "s2"))
_LABELS = ((31, "颁发日期", "Issued"), (70, "有效期至", "Valid until"), (109, "课程版本", "Course version"))
_ENDLESS = LocalizedText(zh="长期有效", en="No expiry")


@dataclass(frozen=True)
class Printed:
    """What a certificate's document says, as it was on the day of issue."""

    certificate_id: UUID
    number: str
    revision: int
    holder_name: str
    employee_no: str
    title: LocalizedText
    version_number: int
    score: int | None
    issued_at: datetime
    issued_on: date
    valid_from: date
    valid_until: date | None
    design_version_id: UUID | None


@dataclass(frozen=True)
class Picture:
    """A picture of a design: where it goes (logo, seal, background), its media type, its bytes."""

    place: str
    media_type: str
    content: bytes


def verify_url(base_url: str, number: str) -> str:
    """Return the public page that says what a certificate is worth."""
    return f"{base_url}/training/verify/{number}"


def form_of(content: DesignContent, language: str, pictures: tuple[Picture, ...] = ()) -> SheetForm:
    """Return what all certificates of a design have in common in a language (zh, en or both)."""
    html = _environment().get_template("certificate_background.html").render(
        content=content, labels=_LABELS, **_languages(language)
    )  # fmt: skip
    style = _style().replace("ACCENT", content.accent)
    given = tuple((one.place, one.media_type, one.content) for one in pictures)
    return SheetForm(style, html, AUTHOR, _WIDTH, _HEIGHT, given)


def sheet_of(printed: Printed, content: DesignContent, language: str, base_url: str) -> Sheet:
    """Return the certificate's own texts on its sheet, with its data attached."""
    shown = [one for one in ("zh", "en") if language in (one, "both")]
    titles = list(dict.fromkeys(printed.title.pick(one) for one in shown))
    wording = content.scored if printed.score is not None else content.statement
    body = _environment().get_template("certificate_sheet.html").render(
        facts=printed,
        holder_size=_fit(printed.holder_name, _HOLDER_SIZES, "h4"),
        statements=[
            {"lang": _tag(one), "text": fill(wording.pick(one), values_of(printed, one))} for one in shown
        ],
        titles=[{"lang": _tag(one), "text": text} for one, text in zip(shown, titles, strict=False)],
        course_size=_fit(titles[0], _COURSE_SIZES, "c4"),
        second_size=_fit(titles[-1], _SECOND_SIZES, "s3"),
        dates=_dates(printed, shown),
    )  # fmt: skip
    url = verify_url(base_url, printed.number)
    return Sheet(
        body=body,
        title=f"{printed.title.pick('en' if language == 'en' else 'zh')} · {printed.number}",
        language=_tag(shown[0]),
        subject=printed.number,
        created=printed.issued_at,
        attachment=Attachment(
            "certificate.json", "The certificate as data", data_of(printed, language, base_url)
        ),
        code=PrintedCode(url, *_CODE),
    )


def data_of(printed: Printed, language: str, base_url: str) -> bytes:
    """Return the certificate as canonical JSON (RFC 8785): what the sheet says, for programs."""
    return canonical_json(
        {
            "type": "goodstanding.certificate.v1",
            "id": printed.certificate_id,
            "number": printed.number,
            "revision": printed.revision,
            "language": language,
            "holder": {"name": printed.holder_name, "employee_no": printed.employee_no},
            "course": {"title": printed.title, "version": printed.version_number},
            "score": printed.score,
            "issued_on": printed.issued_on,
            "valid_from": printed.valid_from,
            "valid_until": printed.valid_until,
            "design_version_id": printed.design_version_id,
            "verify_url": verify_url(base_url, printed.number),
        }
    )


def values_of(printed: Printed, language: str) -> Mapping[Placeholder, str]:
    """Return what each placeholder stands for in a language."""
    return {
        Placeholder.HOLDER: printed.holder_name,
        Placeholder.EMPLOYEE_NO: printed.employee_no,
        Placeholder.COURSE: printed.title.pick(language),
        Placeholder.SCORE: "" if printed.score is None else str(printed.score),
        Placeholder.ISSUED_ON: day_text(printed.issued_on, language),
        Placeholder.VALID_UNTIL: _until_text(printed, language),
        Placeholder.NUMBER: printed.number,
    }


def day_text(day: date, language: str) -> str:
    """Return a day as people write it."""
    if language == "zh":
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


# Not strftime: that follows the locale of the process.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _until_text(printed: Printed, language: str) -> str:
    return day_text(printed.valid_until, language) if printed.valid_until else _ENDLESS.pick(language)


def _dates(printed: Printed, shown: list[str]) -> list[str]:
    """Return a line for each language: day of issue, last valid day and, once, the version, at tab stops."""
    lines = [f"{day_text(printed.issued_on, one)}\t{_until_text(printed, one)}" for one in shown]
    return [f"{lines[0]}\t{printed.version_number}", *lines[1:]]


def _fit(text: str, sizes: tuple[tuple[float, str], ...], smallest: str) -> str:
    """Return the largest size at which the text fits its lines."""
    width = width_of(text)
    return next((size for most, size in sizes if width <= most), smallest)


def _tag(language: str) -> str:
    return "zh-CN" if language == "zh" else "en"


def _languages(language: str) -> dict[str, bool]:
    return {"zh": language in ("zh", "both"), "en": language in ("en", "both")}


@cache
def _style() -> str:
    return (_TEMPLATES / "certificate_sheet.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


class Outcome(StrEnum):
    """What a file that somebody holds is."""

    GENUINE = "genuine"  # Byte for byte the document as issued; its revision is the latest.
    REPLACED = "replaced"  # Byte for byte as issued; it was printed anew since.
    ALTERED = "altered"  # Signed by us, and changed afterwards.
    FOREIGN = "foreign"  # Not a document of ours.


OUTCOME_WORDS: dict[Outcome, LocalizedText] = {
    Outcome.GENUINE: LocalizedText(zh="真实：与颁发时完全一致", en="Genuine: exactly as it was issued"),
    Outcome.REPLACED: LocalizedText(
        zh="真实：旧版文件，该证书已重新制发",
        en="Genuine, an earlier printing: the certificate was re-issued",
    ),
    Outcome.ALTERED: LocalizedText(
        zh="已被改动：内容不可信", en="Altered after it was signed: do not trust it"
    ),
    Outcome.FOREIGN: LocalizedText(zh="不是本公司颁发的文件", en="Not a document of ours"),
}


@dataclass(frozen=True)
class Checked:
    """The answer about a file: what it is, whose signature it bears, and which certificate it belongs to.

    `signer` is None for a file without our signature, `development` says that nobody vouches for the key.
    """

    outcome: Outcome
    signer: str | None = None
    signed_at: datetime | None = None
    development: bool = False
    number: str | None = None
    state: CertificateState | None = None
