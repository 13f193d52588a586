"""What a course and its versions may become, and what a version must hold before it is published. Pure."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from services.training.parts.rules import (
    AcknowledgementPart,
    AssessmentPart,
    DocumentPart,
    EvidencePart,
    LinkPart,
    Part,
    PartKind,
    TextPart,
    VideoPart,
    parts_to_json,
)
from shared.core.canonical import canonical_json
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.text import LOCALES, N_, LocalizedText, Message

MAX_PARTS = 30
MAX_TAGS = 8
MAX_TAG = 30
MAX_RETRAIN_DAYS = 365
_LANGUAGES = {"zh": N_("Chinese"), "en": N_("English")}


class Category(StrEnum):
    """What kind of course it is."""

    ONBOARDING = "onboarding"
    PRODUCT = "product"
    SKILL = "skill"
    COMPLIANCE = "compliance"


CATEGORY_WORDS = {
    Category.ONBOARDING: N_("Onboarding"),
    Category.PRODUCT: N_("Product"),
    Category.SKILL: N_("Skills"),
    Category.COMPLIANCE: N_("Compliance"),
}


class VersionStatus(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


STATUS_WORDS = {
    VersionStatus.DRAFT: N_("Draft"),
    VersionStatus.PUBLISHED: N_("Published"),
    VersionStatus.RETIRED: N_("Retired"),
}


class VersionStep(StrEnum):
    """What may be done to a version."""

    EDIT = "edit"
    PUBLISH = "publish"
    RETIRE = "retire"


STEP_WORDS = {
    VersionStep.EDIT: N_("edit"),
    VersionStep.PUBLISH: N_("publish"),
    VersionStep.RETIRE: N_("retire"),
}


def next_status(status: VersionStatus, step: VersionStep) -> VersionStatus:
    """Return the status after `step`; a published version can only be retired, so it never changes."""
    match (status, step):
        case (VersionStatus.DRAFT, VersionStep.EDIT):
            return VersionStatus.DRAFT
        case (VersionStatus.DRAFT, VersionStep.PUBLISH):
            return VersionStatus.PUBLISHED
        case (VersionStatus.PUBLISHED, VersionStep.RETIRE):
            return VersionStatus.RETIRED
        case _:
            raise IllegalTransition(N_("The version"), STATUS_WORDS[status], STEP_WORDS[step])


@dataclass(frozen=True)
class Details:
    """What a course is called and where it belongs; `owner_id` is the person who looks after it."""

    title: LocalizedText
    description: LocalizedText
    category: Category
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """Everything in a version that a learner sees or that decides the outcome.

    `certifies`: completing it gives a certificate; `valid_months` None: it never runs out. `retrain`: whoever
    holds a certificate of an earlier version takes this one too, within `retrain_days` of its publication.
    """

    minutes: int
    parts: tuple[Part, ...]
    certifies: bool
    valid_months: int | None
    retrain: bool = False
    retrain_days: int | None = None


@dataclass(frozen=True)
class TextPage:
    """One page of a text: its heading, and the Markdown that stands below it."""

    title: str
    text: str


def tags_of(text: str) -> tuple[str, ...]:
    """Return the tags that somebody typed with commas between them, each once, in small letters."""
    found = [one.strip().lower() for one in re.split(r"[,，、;；\n]", text)]
    return tuple(dict.fromkeys(one for one in found if one))


def check_details(details: Details) -> None:
    """Raise InvalidInput for tags that are too many or too long."""
    if len(details.tags) > MAX_TAGS or any(len(one) > MAX_TAG for one in details.tags):
        said = N_("At most %(most)s tags of %(long)s characters each", most=MAX_TAGS, long=MAX_TAG)
        raise InvalidInput(said, fields={"tags": [said]})


def check_open(*, retired: bool) -> None:
    """Raise Conflict for a course that was retired: nothing new is written or begun in it."""
    if retired:
        raise Conflict(N_("This course is retired"))


@lru_cache(maxsize=512)
def pages_of(text: str) -> tuple[TextPage, ...]:
    """Split Markdown into pages: a heading of the first level ("# Heading") begins one.

    What stands before the first heading is a page without one; a "# " inside a code block is code.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    starts: list[tuple[int, int, str]] = []
    tokens = _PARSER.parse("\n".join(lines))
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1" and token.level == 0 and token.map:
            starts.append((token.map[0], token.map[1], _plain(tokens[place + 1].content)))
    bounds = [*(first for first, _, _ in starts), len(lines)]
    pages = [TextPage("", "\n".join(lines[: bounds[0]]).strip())]
    for (_, after, title), until in zip(starts, bounds[1:], strict=True):
        pages.append(TextPage(title, "\n".join(lines[after:until]).strip()))
    return tuple(page for page in pages if page.title or page.text)


def _plain(heading: str) -> str:
    """Return a heading without its Markdown: it is shown in lists, too, where nothing is rendered."""
    inline = _PARSER.parseInline(heading)[0].children or []
    return "".join(one.content for one in inline if one.type in ("text", "code_inline")).strip()


def count_pages(part: Part, locale: str) -> int:
    """Return how many pages a part has to be turned to the end; 0 for one that is not turned."""
    if isinstance(part, TextPart):
        return len(pages_of(part.text.pick(locale)))
    if isinstance(part, DocumentPart):
        return part.pick(locale)[1]
    return 0


def check_publishable(content: Content, *, first: bool = False) -> None:
    """Raise InvalidInput, naming every problem, unless the version can be put before learners.

    The problems of a part stand under `part-<id>`. The `first` version has nobody to be retrained.
    """
    problems: dict[str, list[Message]] = {}
    if not content.parts:
        problems["parts"] = [N_("There is nothing in it yet: add a part")]
    if len(content.parts) > MAX_PARTS:
        problems["parts"] = [N_("At most %(n)s parts", n=MAX_PARTS)]
    for place, part in enumerate(content.parts):
        found = part_problems(part) + _place_problems(content.parts, place)
        if found:
            problems[f"part-{part.id}"] = found
    if content.retrain and first:
        problems["retrain"] = [N_("This is the first version: nobody holds a certificate of this course")]
    elif content.retrain and not 1 <= (content.retrain_days or 0) <= MAX_RETRAIN_DAYS:
        problems["retrain_days"] = [N_("Say within how many days, at most %(n)s", n=MAX_RETRAIN_DAYS)]
    if problems:
        raise InvalidInput(N_("The version is not ready to be published"), fields=problems)


def part_problems(part: Part) -> list[Message]:
    """Return what keeps a part from being put before learners, looked at alone."""
    found = _missing(part.title, N_("The title is missing in %(language)s"))
    check = _CHECKS.get(part.kind)
    return found + (check(part) if check is not None else [])


def _place_problems(parts: Sequence[Part], place: int) -> list[Message]:
    part = parts[place]
    found = []
    if sum(one.id == part.id for one in parts) > 1:
        found.append(N_("Two parts have the same name"))
    shown = (PartKind.TEXT, PartKind.DOCUMENT, PartKind.VIDEO, PartKind.LINK)
    if isinstance(part, AcknowledgementPart) and not any(one.kind in shown for one in parts[:place]):
        found.append(N_("There is nothing before it that could be read and understood"))
    return found


def _text_problems(part: TextPart) -> list[Message]:
    found = _missing(part.text, N_("There is no text in %(language)s"))
    counts = {locale: len(pages_of(part.text.pick(locale))) for locale in LOCALES}
    if not found and counts["zh"] != counts["en"]:
        found.append(
            N_(
                "The Chinese text has %(zh)s pages and the English one %(en)s; a page begins with “# ”",
                zh=counts["zh"],
                en=counts["en"],
            )
        )
    return found


def _document_problems(part: DocumentPart) -> list[Message]:
    if not (part.file_zh or part.file_en):
        return [N_("There is no PDF yet")]
    return []


def _video_problems(part: VideoPart) -> list[Message]:
    if not part.file:
        return [N_("There is no video yet")]
    if part.seconds < 1:
        return [N_("It is not known how long the video is")]
    return []


def _link_problems(part: LinkPart) -> list[Message]:
    try:
        address = urlsplit(part.url)
        fits = address.scheme in ("http", "https") and bool(address.hostname)
    except ValueError:
        fits = False
    if not fits or not part.url.isprintable() or " " in part.url:
        return [N_("Write the whole address, beginning with https://")]
    return []


def _assessment_problems(part: AssessmentPart) -> list[Message]:
    if not part.blueprint.draws:
        return [N_("Say how many questions are drawn from which topic")]
    return []


def _acknowledgement_problems(part: AcknowledgementPart) -> list[Message]:
    return _missing(part.statement, N_("What is signed is missing in %(language)s"))


def _evidence_problems(part: EvidencePart) -> list[Message]:
    return _missing(part.hint, N_("Say in %(language)s what is to be handed in"))


_CHECKS: dict[PartKind, Callable[..., list[Message]]] = {
    PartKind.TEXT: _text_problems,
    PartKind.DOCUMENT: _document_problems,
    PartKind.VIDEO: _video_problems,
    PartKind.LINK: _link_problems,
    PartKind.ASSESSMENT: _assessment_problems,
    PartKind.ACKNOWLEDGEMENT: _acknowledgement_problems,
    PartKind.EVIDENCE: _evidence_problems,
}


def _missing(text: LocalizedText, said: Message) -> list[Message]:
    """Return a complaint for each language in which the text is empty."""
    return [
        Message(said.msgid, {"language": word})
        for locale, word in _LANGUAGES.items()
        if not getattr(text, locale).strip()
    ]


def content_digest(content: Content) -> str:
    """Return the SHA-256, in hex, by which the log knows a version's content, its files and questions included."""
    plain = {
        "minutes": content.minutes,
        "parts": parts_to_json(content.parts),
        "certifies": content.certifies,
        "valid_months": content.valid_months,
        "retrain": content.retrain,
        "retrain_days": content.retrain_days,
    }
    return hashlib.sha256(canonical_json(plain)).hexdigest()


_PARSER = MarkdownIt("commonmark", {"html": False})
