"""Words for people: messages that are translated at the edge, and texts kept in both languages."""

from dataclasses import dataclass, field
from typing import Any, Literal

Locale = Literal["zh", "en"]
LOCALES: tuple[Locale, ...] = ("zh", "en")


@dataclass(frozen=True)
class Message:
    """A sentence to be shown: an English msgid with named parameters, translated where it is displayed.

    A parameter may itself be a `Message`.
    """

    msgid: str
    params: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return (
            self.msgid % {key: str(value) for key, value in self.params.items()}
            if self.params
            else self.msgid
        )


def N_(msgid: str, **params: Any) -> Message:  # noqa: N802 - the name that gettext tools look for
    """Mark a sentence for translation without translating it here."""
    return Message(msgid, params)


@dataclass(frozen=True)
class LocalizedText:
    """A text that exists in Chinese and English, such as a course title."""

    zh: str
    en: str

    def pick(self, locale: str) -> str:
        """Return the text in `locale`, or in the other language where that one is empty."""
        first, second = (self.zh, self.en) if locale.startswith("zh") else (self.en, self.zh)
        return first or second
