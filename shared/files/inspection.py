"""Opening a file that somebody handed in, to see that it is whole, readable and harmless."""

import re
import zipfile
from collections.abc import Collection
from pathlib import Path

import pikepdf
from PIL import Image, UnidentifiedImageError
from py_svg_hush import filter_svg

from shared.core.errors import InvalidInput, TooLarge
from shared.core.text import N_, Message
from shared.files.rules import HEAD, KIND_WORDS, OFFICE_PARTS, PICTURES, FileKind, is_archive, recognise

# Office documents of text unpack to perhaps ten times their size, with pictures to about the same.
MAX_UNPACKED = 300 * 2**20
MAX_RATIO = 200
MAX_ENTRIES = 10_000
MAX_PIXELS = 50_000_000
MAX_SVG = 2 * 2**20


def inspect(path: Path, allow: Collection[FileKind], field: str) -> FileKind:
    """Return what the file is; an SVG is rewritten without scripts and without addresses of others.

    Raises InvalidInput, at `field`, for what is not allowed, damaged, encrypted or carries macros, and TooLarge
    for what would explode when it is opened.
    """
    with path.open("rb") as source:
        head = source.read(HEAD)
    if not head.strip():
        raise refused(N_("The file is empty"), field)
    kind = _archive_kind(path, field) if is_archive(head) else recognise(head)
    if kind is None or kind not in allow:
        taken = N_("This kind of file is not taken here; taken are: %(kinds)s", kinds=_words(allow))
        raise refused(taken, field)
    if kind is FileKind.PDF:
        _check_pdf(path, field)
    elif kind in PICTURES:
        _check_picture(path, field)
    elif kind is FileKind.SVG:
        _clean_svg(path, field)
    elif kind is FileKind.TEXT:
        _check_text(path, field)
    return kind


def refused(problem: Message, field: str) -> InvalidInput:
    """Return the error that names a file's problem beside its field."""
    return InvalidInput(problem, fields={field: [problem]})


def _words(allow: Collection[FileKind]) -> str:
    """Return the endings that are taken: the same in every language."""
    return ", ".join(sorted(one.value.upper() for one in allow if one in KIND_WORDS))


def _check_pdf(path: Path, field: str) -> None:
    try:
        with pikepdf.open(path) as pdf:
            encrypted, pages = pdf.is_encrypted, len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise refused(N_("This PDF is encrypted; save it without a password"), field) from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise refused(N_("This PDF is damaged: it cannot be opened"), field) from error
    if encrypted:
        raise refused(N_("This PDF is encrypted; save it without a password"), field)
    if not pages:
        raise refused(N_("This PDF has no pages"), field)


def _check_picture(path: Path, field: str) -> None:
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise TooLarge(
                    N_("The picture has more than %(most)s million pixels", most=MAX_PIXELS // 10**6)
                )
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise refused(N_("This picture is damaged: it cannot be opened"), field) from error
    except Image.DecompressionBombError as error:
        raise TooLarge(
            N_("The picture has more than %(most)s million pixels", most=MAX_PIXELS // 10**6)
        ) from error


def _clean_svg(path: Path, field: str) -> None:
    if path.stat().st_size > MAX_SVG:
        raise TooLarge(N_("The file is larger than %(limit)s MB", limit=MAX_SVG // 2**20))
    content = path.read_bytes()
    # Entities that name one another grow without end, and a picture needs none.
    if re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise refused(N_("This SVG picture has a document type; save it without one"), field)
    try:
        path.write_bytes(filter_svg(content))
    except ValueError as error:
        raise refused(N_("This picture is damaged: it cannot be opened"), field) from error


def _check_text(path: Path, field: str) -> None:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
            return
    raise refused(N_("This is not a text in UTF-8 or GB18030"), field)


def _archive_kind(path: Path, field: str) -> FileKind | None:
    """Return which office document an archive is; the sizes that it claims decide, nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise refused(N_("This file is damaged: it cannot be unpacked"), field) from error
    size = path.stat().st_size
    unpacked = sum(entry.file_size for entry in entries)
    # Entries that share their bytes claim together more than the file has.
    overlapping = sum(entry.compress_size for entry in entries) > size
    if (
        overlapping
        or len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED
        or unpacked > max(size, 50_000) * MAX_RATIO
    ):
        raise TooLarge(N_("The file unpacks to far more than a document would; it was not opened"))
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused(N_("This file is encrypted; save it without a password"), field)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused(N_("This file holds macros; save it without them"), field)
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), None)
