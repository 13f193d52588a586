"""Languages: the person's choice (remembered in the session), else what the browser asks for, else Chinese."""

from typing import Any

from flask import has_request_context, request, session
from flask_babel import get_locale, gettext

from shared.core.text import LOCALES, LocalizedText, Message


def select_locale() -> str:
    """Return `zh` or `en` for this request."""
    if not has_request_context():
        return "zh"
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(LOCALES) or "zh"


def locale_code() -> str:
    """Return the current locale as `zh` or `en`."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def say(message: Message | LocalizedText | str) -> str:
    """Return a message in the language of the request, its nested messages too."""
    if isinstance(message, LocalizedText):
        return message.pick(locale_code())
    if isinstance(message, str):
        return message
    params = {key: _say_param(value) for key, value in message.params.items()}
    return str(gettext(message.msgid, **params) if params else gettext(message.msgid))


def _say_param(value: Any) -> Any:
    return say(value) if isinstance(value, Message | LocalizedText) else value
