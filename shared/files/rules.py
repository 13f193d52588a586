"""The kinds of files that are taken, what tells them apart, and names that are safe to give back. Pure."""

import re
from enum import StrEnum

from shared.core.text import N_, Message

MAX_NAME = 120
# How much of a file is needed to tell what it is.
HEAD = 4096


class FileKind(StrEnum):
    """What a file is, by its content; its name and what the browser calls it say nothing."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    SVG = "svg"
    MP4 = "mp4"
    WEBM = "webm"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    TEXT = "text"


_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.GIF: "image/gif",
    FileKind.WEBP: "image/webp",
    FileKind.SVG: "image/svg+xml",
    FileKind.MP4: "video/mp4",
    FileKind.WEBM: "video/webm",
    FileKind.DOCX: f"{_OFFICE}wordprocessingml.document",
    FileKind.XLSX: f"{_OFFICE}spreadsheetml.sheet",
    FileKind.PPTX: f"{_OFFICE}presentationml.presentation",
    FileKind.TEXT: "text/plain",
}
ENDINGS = {
    FileKind.PDF: (".pdf",),
    FileKind.PNG: (".png",),
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.GIF: (".gif",),
    FileKind.WEBP: (".webp",),
    FileKind.SVG: (".svg",),
    FileKind.MP4: (".mp4", ".m4v"),
    FileKind.WEBM: (".webm",),
    FileKind.DOCX: (".docx",),
    FileKind.XLSX: (".xlsx",),
    FileKind.PPTX: (".pptx",),
    FileKind.TEXT: (".txt", ".md", ".csv"),
}
KIND_WORDS: dict[FileKind, Message] = {
    FileKind.PDF: N_("PDF"),
    FileKind.PNG: N_("PNG picture"),
    FileKind.JPEG: N_("JPEG picture"),
    FileKind.GIF: N_("GIF picture"),
    FileKind.WEBP: N_("WebP picture"),
    FileKind.SVG: N_("SVG picture"),
    FileKind.MP4: N_("MP4 video"),
    FileKind.WEBM: N_("WebM video"),
    FileKind.DOCX: N_("Word document"),
    FileKind.XLSX: N_("Excel workbook"),
    FileKind.PPTX: N_("PowerPoint presentation"),
    FileKind.TEXT: N_("Text"),
}
# The part by which each kind of office document is known: all three are zip archives.
OFFICE_PARTS = {
    "word/document.xml": FileKind.DOCX,
    "xl/workbook.xml": FileKind.XLSX,
    "ppt/presentation.xml": FileKind.PPTX,
}
PICTURES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.WEBP})


def is_archive(head: bytes) -> bool:
    """Say whether a file is a zip archive, as office documents are."""
    return head.startswith(b"PK\x03\x04")


def recognise(head: bytes) -> FileKind | None:
    """Return what the first bytes of a file say it is, or None; see is_archive for office documents.

    Sources: ISO 32000 7.5.2 (PDF), ISO 15948 5.2 (PNG), ISO 14496-12 4.3 (MP4), RFC 9559 (WebM), RFC 9649 (WebP).
    """
    signatures = (
        (head.startswith(b"\x89PNG\r\n\x1a\n"), FileKind.PNG),
        (head.startswith(b"\xff\xd8\xff"), FileKind.JPEG),
        (head.startswith((b"GIF87a", b"GIF89a")), FileKind.GIF),
        (head[:4] == b"RIFF" and head[8:12] == b"WEBP", FileKind.WEBP),
        (head[4:8] == b"ftyp", FileKind.MP4),
        (head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64], FileKind.WEBM),
        (b"%PDF-" in head[:1024], FileKind.PDF),
    )
    for matches, kind in signatures:
        if matches:
            return kind
    if is_archive(head) or b"\x00" in head:
        return None
    return FileKind.SVG if re.search(rb"<svg[\s>]", head) else FileKind.TEXT


def clean_name(name: str, kind: FileKind) -> str:
    """Return a file name that is safe to give back: no folder, no control character, the right ending."""
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069]", "", last).strip(" .") or "file"
    ending = next((one for one in ENDINGS[kind] if kept.lower().endswith(one)), None)
    stem = kept[: -len(ending)] if ending else kept
    return f"{stem[:MAX_NAME].strip(' .') or 'file'}{ending or ENDINGS[kind][0]}"
