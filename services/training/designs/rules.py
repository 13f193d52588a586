"""What may stand on a certificate: texts with a closed set of placeholders, a colour, pictures. Pure.

A text is text: it is escaped where it is printed, and nothing in it is taken for markup, style or an address.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.core.canonical import canonical_json, to_plain
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_, LocalizedText, Message

MAX_SIGNATORIES = 3
# How much fits in its place, in characters as wide as a Chinese one; Latin letters are about half as wide.
LIMITS = {"brand": 24, "heading": 18, "statement": 70, "scored": 70, "note": 60, "signatory": 12, "role": 18}
MIN_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, against the white of the paper.
LANGUAGES = ("zh", "en")


class Placeholder(StrEnum):
    """What a text may name; each is filled in from the certificate."""

    HOLDER = "holder"
    EMPLOYEE_NO = "employee_no"
    COURSE = "course"
    SCORE = "score"
    ISSUED_ON = "issued_on"
    VALID_UNTIL = "valid_until"
    NUMBER = "number"


PLACEHOLDER_WORDS: dict[Placeholder, Message] = {
    Placeholder.HOLDER: N_("the holder's name"),
    Placeholder.EMPLOYEE_NO: N_("the employee number"),
    Placeholder.COURSE: N_("the course's title"),
    Placeholder.SCORE: N_("the score"),
    Placeholder.ISSUED_ON: N_("the day of issue"),
    Placeholder.VALID_UNTIL: N_("the last valid day"),
    Placeholder.NUMBER: N_("the certificate's number"),
}


class DesignStatus(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class DesignStep(StrEnum):
    """What may be done to a version."""

    EDIT = "edit"
    PUBLISH = "publish"
    RETIRE = "retire"


STATUS_WORDS = {
    DesignStatus.DRAFT: N_("Draft"),
    DesignStatus.PUBLISHED: N_("Published"),
    DesignStatus.RETIRED: N_("Retired"),
}
STEP_WORDS = {
    DesignStep.EDIT: N_("edit"),
    DesignStep.PUBLISH: N_("publish"),
    DesignStep.RETIRE: N_("retire"),
}


def next_status(status: DesignStatus, step: DesignStep) -> DesignStatus:
    """Return the status after `step`."""
    match (status, step):
        case (DesignStatus.DRAFT, DesignStep.EDIT):
            return DesignStatus.DRAFT
        case (DesignStatus.DRAFT, DesignStep.PUBLISH):
            return DesignStatus.PUBLISHED
        case (DesignStatus.PUBLISHED, DesignStep.RETIRE):
            return DesignStatus.RETIRED
        case _:
            raise IllegalTransition(N_("The version"), STATUS_WORDS[status], STEP_WORDS[step])


@dataclass(frozen=True)
class Signatory:
    """Who is named at the foot of a certificate, and what they are."""

    name: LocalizedText
    role: LocalizedText


@dataclass(frozen=True)
class DesignContent:
    """Everything that a design prints besides the certificate's own facts; pictures by their hash.

    `statement` says what was done, `scored` the same where there is a score; `note` may be empty.
    """

    brand: LocalizedText
    heading: LocalizedText
    statement: LocalizedText
    scored: LocalizedText
    note: LocalizedText
    accent: str = "#274690"
    ornament: bool = True
    logo: str | None = None
    seal: str | None = None
    background: str | None = None
    signatories: tuple[Signatory, ...] = field(default=())

    @property
    def pictures(self) -> dict[str, str]:
        """The hashes of the pictures that there are, by their place."""
        given = {"logo": self.logo, "seal": self.seal, "background": self.background}
        return {place: sha256 for place, sha256 in given.items() if sha256}


# What certificates are printed by as long as nobody has chosen a design. It never changes: documents rest on it.
STANDARD = DesignContent(
    brand=LocalizedText(zh="良信", en="Goodstanding"),
    heading=LocalizedText(zh="培训合格证书", en="Certificate of training"),
    statement=LocalizedText(
        zh="工号 {employee_no}，已完成以下课程。", en="Employee {employee_no} has completed this course."
    ),
    scored=LocalizedText(
        zh="工号 {employee_no}，已完成以下课程并通过考核，成绩 {score} 分。",
        en="Employee {employee_no} has completed this course and passed its assessment ({score} %).",
    ),
    note=LocalizedText(zh="", en=""),
)
STANDARD_NAME = LocalizedText(zh="标准样式", en="Standard")


def width_of(text: str) -> float:
    """Return about how wide a text is, in Chinese characters."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.56 for char in text)


def fill(text: str, values: Mapping[Placeholder, str]) -> str:
    """Return the text with every placeholder filled in."""
    return re.sub(r"\{(\w+)\}", lambda found: values[Placeholder(found[1])], text)


def check_content(content: DesignContent) -> None:
    """Raise InvalidInput, beside the fields, for what cannot be printed as it stands."""
    problems: dict[str, list[Message]] = {}
    for name in ("brand", "heading", "statement", "scored", "note"):
        text: LocalizedText = getattr(content, name)
        allowed = _allowed(name)
        for language in LANGUAGES:
            found = _text_problems(
                text.pick(language) if name != "note" else getattr(text, language), name, allowed
            )
            if not getattr(text, language) and name != "note":
                found = [N_("Write it in both languages.")]
            if found:
                problems[f"{name}_{language}"] = found
    if found := _accent_problems(content.accent):
        problems["accent"] = found
    problems |= _signatory_problems(content.signatories)
    if problems:
        raise InvalidInput(N_("The design cannot be printed like this"), fields=problems)


def _allowed(name: str) -> frozenset[Placeholder]:
    match name:
        case "statement":
            return frozenset(Placeholder) - {Placeholder.SCORE}
        case "scored":
            return frozenset(Placeholder)
        case _:
            return frozenset()


def _text_problems(text: str, name: str, allowed: frozenset[Placeholder]) -> list[Message]:
    problems: list[Message] = []
    known = {one.value for one in allowed}
    for found in re.findall(r"\{([^{}]*)\}", text):
        if found not in known and known:
            listed = ", ".join(f"{{{one.value}}}" for one in Placeholder if one in allowed)
            shown = f"{{{found[:40]}}}"
            problems.append(
                N_("“%(name)s” is no placeholder here; there are: %(known)s", name=shown, known=listed)
            )
        elif not known:
            problems.append(N_("No placeholders are filled in here."))
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        problems.append(N_("A brace stands alone: a placeholder is written {number}, with both braces."))
    plain = re.sub(r"\{\w*\}", "〇〇〇", text)
    if width_of(plain) > LIMITS[name]:
        problems.append(N_("That is too long for its place: at most %(n)s characters.", n=LIMITS[name]))
    if re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text):
        problems.append(N_("Write it in one line, without control characters."))
    return problems


def _accent_problems(accent: str) -> list[Message]:
    if not re.fullmatch(r"#[0-9a-f]{6}", accent):
        return [N_("A colour is written like #274690.")]
    ratio = contrast_with_white(accent)
    if ratio < MIN_CONTRAST:
        return [
            N_(
                "Too light to be read on white paper: the contrast is %(ratio)s, and %(least)s is needed.",
                ratio=f"{ratio:.1f}",
                least=str(MIN_CONTRAST),
            )
        ]
    return []


def contrast_with_white(colour: str) -> float:
    """Return the contrast of `#rrggbb` with white, 1 to 21 (WCAG 2.2, "relative luminance")."""

    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _signatory_problems(signatories: tuple[Signatory, ...]) -> dict[str, list[Message]]:
    problems: dict[str, list[Message]] = {}
    for number, one in enumerate(signatories, start=1):
        for part, limit in (("name", "signatory"), ("role", "role")):
            text: LocalizedText = getattr(one, part)
            for language in LANGUAGES:
                found = _text_problems(getattr(text, language), limit, frozenset())
                if not getattr(text, language):
                    found = [N_("Write it in both languages.")]
                if found:
                    problems[f"{part}_{language}-{number}"] = found
    return problems


def content_to_json(content: DesignContent) -> dict[str, Any]:
    """Return the content as a JSON document."""
    plain: dict[str, Any] = to_plain(content)
    return plain


def content_from_json(found: Mapping[str, Any]) -> DesignContent:
    """Return the content that content_to_json wrote."""
    texts = {
        name: LocalizedText(**found[name]) for name in ("brand", "heading", "statement", "scored", "note")
    }
    return DesignContent(
        **texts,
        accent=found["accent"],
        ornament=found["ornament"],
        logo=found["logo"],
        seal=found["seal"],
        background=found["background"],
        signatories=tuple(
            Signatory(LocalizedText(**one["name"]), LocalizedText(**one["role"]))
            for one in found["signatories"]
        ),
    )


def content_digest(content: DesignContent) -> str:
    """Return the SHA-256 of everything that is printed from the design, in hex."""
    return hashlib.sha256(canonical_json(content)).hexdigest()
