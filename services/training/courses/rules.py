"""What a course version may become, what it must hold before it is published, and how answers are graded."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.core.canonical import canonical_json
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_, LocalizedText, Message

MAX_QUESTIONS = 30
MAX_OPTIONS = 8


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
class Question:
    """One question with one right answer: `answer` is the index of the right option."""

    text: LocalizedText
    options: tuple[LocalizedText, ...]
    answer: int


@dataclass(frozen=True)
class Content:
    """Everything in a version that a learner sees or that decides the outcome.

    `pass_mark` is in percent. `certifies`: passing gives a certificate; `valid_months` None: it never runs out.
    """

    text: LocalizedText
    minutes: int
    quiz: tuple[Question, ...]
    pass_mark: int
    certifies: bool
    valid_months: int | None


@dataclass(frozen=True)
class Block:
    """A paragraph, or the items of a list."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class CoursePage:
    """One page of a course: its heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Grade:
    """`score` in whole percent, rounded down; `right` says so for each question."""

    score: int | None
    passed: bool
    right: tuple[bool, ...]


def pages_of(text: str) -> list[CoursePage]:
    """Split a text into pages: "# Heading" begins one, "- " begins a list item, a blank line ends a paragraph.

    Nothing else is interpreted: whoever shows it escapes it, so no markup of an author reaches a browser.
    """
    pages: list[CoursePage] = []
    title, lines = "", list[str]()
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith("# "):
            _close_page(pages, title, lines)
            title, lines = line[2:].strip(), []
        else:
            lines.append(line.strip())
    _close_page(pages, title, lines)
    return pages


def check_publishable(content: Content) -> None:
    """Raise InvalidInput, naming every problem, unless the version can be put before learners."""
    problems: dict[str, list[Message]] = {}
    counts = {locale: len(pages_of(content.text.pick(locale))) for locale in ("zh", "en")}
    for locale, text in (("zh", content.text.zh), ("en", content.text.en)):
        if not text.strip():
            problems[f"text_{locale}"] = [N_("There is no text in this language")]
    if not problems and counts["zh"] != counts["en"]:
        problems["text_en"] = [
            N_(
                "The Chinese text has %(zh)s pages and the English one %(en)s; a page begins with “# ”",
                zh=counts["zh"],
                en=counts["en"],
            )
        ]
    for number, question in enumerate(content.quiz, start=1):
        found = _question_problems(question)
        if found:
            problems[f"question_zh-{number}"] = found
    if len(content.quiz) > MAX_QUESTIONS:
        problems["quiz"] = [N_("At most %(n)s questions", n=MAX_QUESTIONS)]
    if problems:
        raise InvalidInput(N_("The version is not ready to be published"), fields=problems)


def grade(content: Content, answers: Sequence[int]) -> Grade:
    """Grade answers (an option's index each); raise InvalidInput unless each question has one that exists."""
    quiz = content.quiz
    if len(answers) != len(quiz):
        raise InvalidInput(
            N_("Please answer every question"),
            fields={
                f"answer-{number}": [N_("Please choose an answer")]
                for number in range(len(answers) + 1, len(quiz) + 1)
            },
        )
    for number, (question, given) in enumerate(zip(quiz, answers, strict=True), start=1):
        if not 0 <= given < len(question.options):
            raise InvalidInput(
                N_("Please answer every question"),
                fields={f"answer-{number}": [N_("Please choose an answer")]},
            )
    if not quiz:
        return Grade(None, True, ())
    right = tuple(given == question.answer for given, question in zip(answers, quiz, strict=True))
    # Compared before rounding: 79.9 % does not reach a pass mark of 80.
    return Grade(100 * sum(right) // len(right), sum(right) * 100 >= content.pass_mark * len(right), right)


def content_digest(content: Content) -> str:
    """Return the SHA-256, in hex, by which the log knows a version's content."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def quiz_to_json(quiz: Sequence[Question]) -> list[dict[str, Any]]:
    """Return the form in which a quiz is stored."""
    return [
        {
            "question": {"zh": one.text.zh, "en": one.text.en},
            "options": [{"zh": option.zh, "en": option.en} for option in one.options],
            "answer": one.answer,
        }
        for one in quiz
    ]


def quiz_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Read it back."""
    return tuple(
        Question(
            LocalizedText(**one["question"]),
            tuple(LocalizedText(**option) for option in one["options"]),
            int(one["answer"]),
        )
        for one in stored
    )


def _question_problems(question: Question) -> list[Message]:
    problems = []
    if not question.text.zh or not question.text.en:
        problems.append(N_("The question is missing in one language"))
    if not 2 <= len(question.options) <= MAX_OPTIONS or not all(
        option.zh and option.en for option in question.options
    ):
        problems.append(
            N_("A question has 2 to %(most)s options, as many in each language", most=MAX_OPTIONS)
        )
    if not 0 <= question.answer < len(question.options):
        problems.append(N_("The right answer is not one of the options"))
    return problems


def _close_page(pages: list[CoursePage], title: str, lines: Sequence[str]) -> None:
    blocks = _blocks(lines)
    if title or blocks:
        pages.append(CoursePage(title, tuple(blocks)))


def _blocks(lines: Sequence[str]) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[str] = []
    items: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(Block("paragraph", (" ".join(paragraph),)))
        if items:
            blocks.append(Block("list", tuple(items)))
        paragraph.clear()
        items.clear()

    for line in lines:
        if line.startswith("- "):
            if paragraph:
                close()
            items.append(line[2:].strip())
        elif line:
            if items:
                close()
            paragraph.append(line)
        else:
            close()
    close()
    return blocks
