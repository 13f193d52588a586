"""What notices say: in both languages, because mail is written where nobody's page is open. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.core.text import LocalizedText

MY_NOTICES = "/training/notices"


class NoticeKind(StrEnum):
    """What somebody is told."""

    DUE = "due"
    OVERDUE = "overdue"
    TEAM_OVERDUE = "team_overdue"
    ASKED = "asked"
    ASSIGNED = "assigned"
    EXTENDED = "extended"
    EXCEPTION_GRANTED = "exception_granted"
    EXCEPTION_REFUSED = "exception_refused"
    WAIVER_GRANTED = "waiver_granted"
    WAIVER_REFUSED = "waiver_refused"
    WAIVER_REVOKED = "waiver_revoked"
    EXEMPTED = "exempted"
    EXEMPTION_ENDED = "exemption_ended"
    COMPLETION_TAKEN_BACK = "completion_taken_back"
    MENTOR_MISSING = "mentor_missing"


TONES = {
    NoticeKind.DUE: "notice",
    NoticeKind.OVERDUE: "held",
    NoticeKind.TEAM_OVERDUE: "held",
    NoticeKind.EXCEPTION_REFUSED: "held",
    NoticeKind.WAIVER_REFUSED: "held",
    NoticeKind.WAIVER_REVOKED: "held",
    NoticeKind.COMPLETION_TAKEN_BACK: "held",
    NoticeKind.MENTOR_MISSING: "held",
}
# {course}, {name} and {day} are filled in.
_WORDS = {
    NoticeKind.DUE: LocalizedText("《{course}》请在 {day} 前完成", "“{course}” is due on {day}"),
    NoticeKind.OVERDUE: LocalizedText(
        "《{course}》已逾期，原定 {day} 前完成", "“{course}” is overdue: it was due on {day}"
    ),
    NoticeKind.TEAM_OVERDUE: LocalizedText(
        "{name} 的《{course}》已逾期，原定 {day} 前完成",
        "{name} is overdue with “{course}”: it was due on {day}",
    ),
    NoticeKind.ASKED: LocalizedText(
        "请完成《{course}》（截止 {day}）", "You are asked to complete “{course}”, due on {day}"
    ),
    NoticeKind.ASSIGNED: LocalizedText(
        "新的学习任务：《{course}》，截止 {day}", "A new training for you: “{course}”, due on {day}"
    ),
    NoticeKind.EXTENDED: LocalizedText(
        "《{course}》的截止日期延长至 {day}", "“{course}”: the due date was moved to {day}"
    ),
    NoticeKind.EXCEPTION_GRANTED: LocalizedText(
        "您的延期申请已批准：《{course}》改为 {day} 前完成", "Another date was granted for “{course}”: {day}"
    ),
    NoticeKind.EXCEPTION_REFUSED: LocalizedText(
        "您的延期申请未获批准：《{course}》仍须在 {day} 前完成",
        "Another date was refused for “{course}”: it stays due on {day}",
    ),
    NoticeKind.WAIVER_GRANTED: LocalizedText(
        "您的免修申请已批准：《{course}》", "Your waiver was granted: “{course}”"
    ),
    NoticeKind.WAIVER_REFUSED: LocalizedText(
        "您的免修申请未获批准：《{course}》", "Your waiver was refused: “{course}”"
    ),
    NoticeKind.WAIVER_REVOKED: LocalizedText(
        "您的免修已被撤销，请学习《{course}》", "Your waiver was revoked: please take “{course}”"
    ),
    NoticeKind.EXEMPTED: LocalizedText("您已获豁免，无须学习《{course}》", "You need not take “{course}”"),
    NoticeKind.EXEMPTION_ENDED: LocalizedText(
        "豁免已结束，请学习《{course}》", "Your exemption has ended: please take “{course}”"
    ),
    NoticeKind.COMPLETION_TAKEN_BACK: LocalizedText(
        "点名记录已更正，《{course}》不再算完成，请在 {day} 前补上",
        "The roll was corrected: “{course}” does not count as done any more and is due on {day}",
    ),
    NoticeKind.MENTOR_MISSING: LocalizedText(
        "{name} 还没有导师，《{course}》须在 {day} 前由导师带教完成",
        "{name} has no mentor yet, and “{course}” is learned with one; it is due on {day}",
    ),
}
_ALL = LocalizedText("查看全部通知", "All your notices")
_FOOTER = LocalizedText(
    "本邮件由良信自动发送。您可以在通知页面选择语言，或关闭邮件提醒。",
    "Sent by Goodstanding. You choose the language, and whether you get mail, on the page of notices.",
)


@dataclass(frozen=True)
class Said:
    """A notice as it is read: `kind`, the course's title, whose it is (a name), the day, and where it leads.

    `about_id` is whom it is about when it is not the reader.
    """

    kind: NoticeKind
    course: LocalizedText
    name: str
    due_on: date | None
    assignment_id: UUID | None
    about_id: UUID | None = None

    def sentence(self, locale: str) -> str:
        """Return the notice in one language."""
        day = self.due_on.isoformat() if self.due_on is not None else ""
        return _WORDS[self.kind].pick(locale).format(course=self.course.pick(locale), name=self.name, day=day)

    @property
    def path(self) -> str:
        """Where the reader does something about it."""
        if self.kind is NoticeKind.MENTOR_MISSING:
            return f"/training/mentoring/pair/{self.about_id}"
        return f"/training/assignments/{self.assignment_id}" if self.assignment_id else MY_NOTICES


@dataclass(frozen=True)
class Digest:
    """A day's mail to one person, as texts in their language."""

    subject: str
    greeting: str
    lines: tuple[tuple[str, str], ...]
    link_label: str
    link: str
    footer: str

    @property
    def text(self) -> str:
        """The mail as plain text."""
        lines = [f"- {sentence}\n  {url}" for sentence, url in self.lines]
        return "\n".join(
            (self.greeting, "", *lines, "", f"{self.link_label}: {self.link}", "", "-- ", self.footer, "")
        )


def digest(said: Sequence[Said], name: str, locale: str, base_url: str) -> Digest:
    """Put a day's notices of one person together, what is overdue first; what one is told twice stands once."""
    ordered = sorted(said, key=lambda one: (TONES.get(one.kind) != "held", one.due_on or date.max))
    lines = tuple(dict.fromkeys((one.sentence(locale), f"{base_url}{one.path}") for one in ordered))
    first, count = lines[0][0], len(lines)
    many = LocalizedText(f"培训提醒：您有 {count} 条通知", f"Training: {count} notices for you")
    label, footer = closing(locale)
    subject = first if count == 1 else many.pick(locale)
    return Digest(subject, greeting(name, locale), lines, label, f"{base_url}{MY_NOTICES}", footer)


def greeting(name: str, locale: str) -> str:
    """Return how a mail to somebody begins."""
    return LocalizedText(f"{name}，您好：", f"Hello {name},").pick(locale)


def closing(locale: str) -> tuple[str, str]:
    """Return what a mail calls the page of notices, and its footer."""
    return _ALL.pick(locale), _FOOTER.pick(locale)
