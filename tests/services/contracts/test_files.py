"""What is taken as a contract's file, by its content, and what is refused with which reason."""

import io
import zipfile

import pytest

from services.contracts.files.rules import DOCX, MAX_BYTES, PDF, TEXT, clean_name, decode_text, recognise
from shared.core.errors import Conflict, TooLarge

PDF_FILE = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def _zip(*names: str, content: bytes = b"<w/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ("第一条".encode(), TEXT),
        ("第一条 标的".encode("gb18030"), TEXT),
        (PDF_FILE, PDF),
        (_zip(*WORD), DOCX),
    ],
    ids=["UTF-8", "GB18030", "PDF", "Word"],
)
def test_a_contract_file_is_recognised_by_its_content(content: bytes, media_type: str) -> None:
    assert recognise(content) == media_type


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Only Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Only Word"),
        (_zip("xl/workbook.xml", "[Content_Types].xml"), "Only Word"),
        (_zip(*WORD, "word/vbaProject.bin"), "macros"),
        (_zip(*WORD)[:-30], "damaged"),
        (PDF_FILE[:-8], "damaged"),
        (PDF_FILE.replace(b"<</Root", b"<</Encrypt 5 0 R/Root"), "encrypted"),
    ],
    ids=["empty", "picture", "old Word", "workbook", "macros", "cut zip", "cut PDF", "encrypted PDF"],
)
def test_everything_else_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Conflict, match=reason) as refused:
        recognise(content)
    assert "file" in refused.value.fields


def test_what_is_too_large_or_would_explode_is_not_opened() -> None:
    with pytest.raises(TooLarge):
        recognise(b"a" * (MAX_BYTES + 1))
    with pytest.raises(TooLarge):
        recognise(_zip(*WORD, content=b"\0" * 30_000_000))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/合同.docx", "合同.docx"),
        ("C:\\tmp\\x.pdf", "x.pdf.docx"),
        ("a\r\nb.docx", "ab.docx"),
        ("", "contract.docx"),
        ("x" * 500, "x" * 120 + ".docx"),
    ],
)
def test_a_file_name_is_made_harmless_and_ends_as_its_content_says(given: str, kept: str) -> None:
    assert clean_name(given, DOCX) == kept


def test_text_with_control_characters_is_not_text() -> None:
    assert decode_text(b"abc\x01") is None
    assert decode_text(b"abc\r\n\tdef") == "abc\r\n\tdef"
