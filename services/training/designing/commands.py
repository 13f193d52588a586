"""Taking in a design's pictures, and drawing what it looks like."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import IO
from uuid import UUID

from PIL import Image

from services.training.designs.rules import DesignContent
from services.training.printing.commands import draw, pictures_of
from services.training.printing.rules import Printed
from shared.core.errors import InvalidInput
from shared.core.settings import Settings
from shared.core.text import N_, LocalizedText, Message
from shared.db.uow import UnitOfWork
from shared.files import FileKind, FileStore

MAX_PICTURE = 3 * 2**20
PLACES = ("logo", "seal", "background")
_KINDS = (FileKind.PNG, FileKind.JPEG, FileKind.SVG)
# PDF/A knows the colours of the page's output intent, which is sRGB: ink colours are none of them.
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
_MAX_SIDE = 4000
_SAMPLE_ID = UUID(int=0)


def take_pictures(
    uow: UnitOfWork, store: FileStore, before: DesignContent, given: Mapping[str, IO[bytes]],
    dropped: Mapping[str, bool], *, now: datetime,
) -> dict[str, str | None]:  # fmt: skip
    """Return the hash of each picture after a form: a new one, the one before, or none.

    Raises InvalidInput, beside the picture's field, for what is not a PNG, JPEG or SVG that can be printed.
    """
    after: dict[str, str | None] = {}
    for place in PLACES:
        stream = given.get(place)
        if stream is not None:
            after[place] = _take(uow, store, stream, place, now)
        else:
            after[place] = None if dropped.get(place) else before.pictures.get(place)
    return after


def preview(uow: UnitOfWork, content: DesignContent, language: str, settings: Settings) -> bytes:
    """Return the certificate of somebody made up, drawn as it would be, unsigned."""
    pictures = pictures_of(uow, content, settings)
    return draw([sample_certificate()], content, pictures, language, settings.base_url)[0]


def sample_certificate() -> Printed:
    """Return the facts of a certificate that nobody has; its number fails its own check."""
    day = date(2026, 3, 2)
    return Printed(
        _SAMPLE_ID, "GS-XXXX-XXXX-XXXX", 1, "李薇", "GS00042",
        LocalizedText(zh="高值耗材产品知识", en="High-value consumables: product knowledge"),
        2, 92, datetime(2026, 3, 2, 8, tzinfo=UTC), day, day, date(2027, 3, 2), None,
    )  # fmt: skip


def _take(uow: UnitOfWork, store: FileStore, stream: IO[bytes], place: str, now: datetime) -> str:
    kept = store.keep(uow, stream, allow=_KINDS, max_bytes=MAX_PICTURE, now=now, field=place)
    if kept.kind is not FileKind.SVG:
        with Image.open(store.path(kept.sha256)) as picture:
            if picture.mode not in _MODES:
                raise _refused(
                    place, N_("Save this picture in RGB colours; it is in %(mode)s.", mode=picture.mode)
                )
            if max(picture.size) > _MAX_SIDE:
                raise _refused(place, N_("At most %(n)s pixels wide and high, please.", n=_MAX_SIDE))
    return kept.sha256


def _refused(place: str, message: Message) -> InvalidInput:
    return InvalidInput(message, fields={place: [message]})
