"""Every visible sentence exists in Chinese: extracted from the code and held against the catalogues."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PLACES = [
    "shared",
    *(f"services/{name}" for name in ("people", "training", "compliance", "contracts", "eligibility")),
]


def _catalogue(place: str) -> Path:
    base = ROOT / ("shared/web" if place == "shared" else place)
    return base / "translations/zh/LC_MESSAGES/messages.po"


@pytest.mark.parametrize("place", PLACES)
def test_every_sentence_has_its_chinese(place: str, tmp_path: Path) -> None:
    extracted = tmp_path / "messages.pot"
    subprocess.run(
        [
            Path(sys.executable).parent / "pybabel", "-q", "extract", "-F", "babel.cfg", "-k", "N_",
            "-o", extracted, place,
        ],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    with extracted.open("rb") as file:
        wanted = [message.id for message in read_po(file) if message.id]
    with _catalogue(place).open("rb") as file:
        known = {message.id: message for message in read_po(file, locale="zh")}
    with _catalogue("shared").open("rb") as file:
        common = {message.id: message for message in read_po(file, locale="zh")}
    assert wanted
    missing = [one for one in wanted if not _is_translated(known.get(one) or common.get(one))]
    assert missing == []


def _is_translated(message: object) -> bool:
    text = getattr(message, "string", None)
    return bool(text) and all(text if isinstance(text, tuple | list) else [text]) and not message.fuzzy  # type: ignore[attr-defined]
