"""What a signature under a text stands for. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Any

from services.training.parts.rules import AcknowledgementPart, DocumentPart, Part, parts_to_json
from shared.core.canonical import canonical_json
from shared.core.text import N_

PURPOSE = "training.acknowledge"
MEANING = "read_and_understood"
MEANING_WORDS = {MEANING: N_("Read and understood")}


def shown_digest(parts: Sequence[Part], part: AcknowledgementPart, language: str) -> str:
    """Return the SHA-256, in hex, of exactly what was shown before the signature, and of what was signed.

    The parts above it in their order, files by their own hashes, in the language in which they were read.
    """
    shown = [_shown(one, language) for one in parts[: list(parts).index(part) + 1]]
    return hashlib.sha256(canonical_json({"language": language, "parts": shown})).hexdigest()


def _shown(part: Part, language: str) -> dict[str, Any]:
    found: dict[str, Any] = _in_language(parts_to_json([part])[0], language)
    if isinstance(part, DocumentPart):
        for name in ("file_zh", "file_en", "pages_zh", "pages_en"):
            del found[name]
        found["file"], found["pages"] = part.pick(language)
    return found


def _in_language(value: Any, language: str) -> Any:
    """Keep of every text the one that is shown in a language."""
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        other = "en" if language == "zh" else "zh"
        return value[language] or value[other]
    if isinstance(value, dict):
        return {name: _in_language(one, language) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_language(one, language) for one in value]
    return value
