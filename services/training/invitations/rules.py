"""What a mail about a booking says, in both languages, and whether a calendar file goes with it. Pure."""

from dataclasses import dataclass

from services.training.bookings.rules import NoticeKind
from services.training.notices.rules import MY_NOTICES, Digest, closing, greeting
from shared.core.text import LocalizedText

# {title} is filled in.
_WORDS = {
    NoticeKind.BOOKED_FOR_YOU: LocalizedText("已为您报名《{title}》", "You were signed up for “{title}”"),
    NoticeKind.PROMOTED: LocalizedText(
        "候补成功，您已获得《{title}》的名额", "A place became free, and it is yours: “{title}”"
    ),
    NoticeKind.MOVED: LocalizedText(
        "《{title}》的时间、地点或讲师有变动", "Time, place or instructor has changed: “{title}”"
    ),
    NoticeKind.TAKEN_OFF: LocalizedText("您在《{title}》的报名已被取消", "You were taken off “{title}”"),
    NoticeKind.SESSION_CANCELLED: LocalizedText("《{title}》已取消", "“{title}” is cancelled"),
    NoticeKind.TOMORROW: LocalizedText("《{title}》即将开始", "“{title}” is about to take place"),
}
_WAITING = LocalizedText("已将您列入《{title}》的候补名单", "You were put on the waiting list for “{title}”")
_OFF = (NoticeKind.TAKEN_OFF, NoticeKind.SESSION_CANCELLED)


@dataclass(frozen=True)
class Invitation:
    """What a notice is about: `when` in words, `where` a place, a link or both, `reason` why it is cancelled."""

    kind: NoticeKind
    title: LocalizedText
    when: str
    teacher: str
    where: str
    reason: str
    waiting: bool
    path: str


def carries_file(kind: NoticeKind) -> bool:
    """Say whether a calendar must hear of it; it has heard already of what somebody is only reminded of."""
    return kind is not NoticeKind.TOMORROW


def letter(one: Invitation, name: str, locale: str, base_url: str) -> Digest:
    """Return the mail to one person: its subject says what it is about, its line when, where and by whom as well."""
    words = _WAITING if one.waiting and one.kind is NoticeKind.BOOKED_FOR_YOU else _WORDS[one.kind]
    subject = words.pick(locale).format(title=one.title.pick(locale))
    facts = (one.when, one.reason) if one.kind in _OFF else (one.when, one.teacher, one.where)
    colon, comma = ("：", "，") if locale == "zh" else (": ", ", ")
    line = f"{subject}{colon}{comma.join(fact for fact in facts if fact)}"
    label, footer = closing(locale)
    return Digest(
        subject, greeting(name, locale), ((line, f"{base_url}{one.path}"),), label, f"{base_url}{MY_NOTICES}",
        footer,
    )  # fmt: skip
