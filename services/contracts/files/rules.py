"""What a file is, said by its content and never by its name; what cannot be read safely is refused."""

import hashlib
import io
import re
import zipfile

from shared.core.errors import Conflict, TooLarge
from shared.core.text import N_, Message

MAX_BYTES = 10 * 1024 * 1024
# A .docx of text unpacks to perhaps ten times its size, with pictures to about the same.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
MAX_NAME = 120
TEXT = "text/plain"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXTENSIONS = {TEXT: ".txt", PDF: ".pdf", DOCX: ".docx"}
TYPE_TITLES: dict[str, Message] = {TEXT: N_("Text"), PDF: N_("PDF"), DOCX: N_("Word document")}


def digest(content: bytes) -> str:
    """Return the SHA-256 by which a text is known, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def recognise(content: bytes) -> str:
    """Return the media type of a text, PDF or Word file.

    Raises TooLarge beyond 10 MB or for an archive that would explode, Conflict for everything that is not one
    of the three, or is damaged, encrypted, or carries macros.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge(N_("The file is larger than %(limit)s MB", limit=MAX_BYTES // 2**20))
    if not content.strip():
        raise _refused(N_("The file is empty"))
    if content.startswith(b"PK\x03\x04"):
        return _check_docx(content)
    if b"%PDF-" in content[:1024]:
        return _check_pdf(content)
    if decode_text(content) is not None:
        return TEXT
    raise _refused(N_("Only Word (.docx), PDF and plain text files are taken"))


def decode_text(content: bytes) -> str | None:
    """Return the text in UTF-8 or GB18030, or None when it is not text."""
    if b"\x00" in content:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if re.search(r"[\x01-\x08\x0e-\x1f\x7f]", text) else text
    return None


def clean_name(name: str, media_type: str) -> str:
    """Return a file name that is safe to give back: no folder, no control character, the right ending."""
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "", last).strip(" .") or "contract"
    ending = EXTENSIONS[media_type]
    stem = kept[: -len(ending)] if kept.lower().endswith(ending) else kept
    return f"{stem[:MAX_NAME]}{ending}"


def _check_pdf(content: bytes) -> str:
    if b"%%EOF" not in content[-4096:]:
        raise _refused(N_("This PDF is damaged: its end is missing"))
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", content):
        raise _refused(N_("This PDF is encrypted; save it without a password"))
    return PDF


def _check_docx(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _refused(N_("This file is damaged: it cannot be unpacked")) from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > 5_000 or unpacked > MAX_UNPACKED or unpacked > max(len(content), 50_000) * MAX_RATIO:
        raise TooLarge(N_("The file unpacks to far more than a contract would; it was not opened"))
    names = {entry.filename for entry in entries}
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise _refused(N_("Only Word (.docx), PDF and plain text files are taken"))
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refused(N_("This Word file is encrypted; save it without a password"))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(N_("This Word file holds macros; save it as .docx without them"))
    return DOCX


def _refused(problem: Message) -> Conflict:
    return Conflict(problem, fields={"file": [problem]})
