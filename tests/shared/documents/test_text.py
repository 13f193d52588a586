"""The text of documents that came in, read in a process of its own."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest

from shared.documents import Unreadable, read_text
from shared.documents.text_worker import MAX_CHARACTERS, limited

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def test_a_pdf_gives_a_text_for_each_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pikepdf.new() as pdf:
        for text in ("First kickback", "Second page"):
            page = pdf.add_blank_page(page_size=(300, 300))
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = pdf.make_stream(f"BT /F 12 Tf 20 200 Td ({text}) Tj ET".encode())
        pdf.save(path)
    assert read_text(path, "pdf") == ["First kickback", "Second page"]


def test_a_word_document_gives_its_paragraphs_and_a_presentation_its_slides(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>回</w:t></w:r><w:r><w:t>扣</w:t></w:r></w:p><w:p><w:r><w:t>二</w:t></w:r></w:p>"
    docx = _archive(tmp_path / "a.docx", {"word/document.xml": f'<w:d xmlns:w="{_W}">{body}</w:d>'})
    assert read_text(docx, "docx") == ["回扣\n\n二"]
    slides = {
        f"ppt/slides/slide{number}.xml": f'<a:s xmlns:a="{_A}"><a:p><a:r><a:t>第{number}页</a:t></a:r></a:p></a:s>'
        for number in (1, 2, 10)
    }
    assert read_text(_archive(tmp_path / "a.pptx", slides), "pptx") == ["第1页", "第2页", "第10页"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_plain_text_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("商业贿赂".encode(encoding))
    assert read_text(path, "text") == ["商业贿赂"]


def test_what_cannot_be_read_safely_is_said_to_be_unreadable(tmp_path: Path) -> None:
    broken = tmp_path / "a.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa">]><w:d xmlns:w="x">&a;</w:d>'
    for path, kind in ((broken, "pdf"), (_archive(tmp_path / "b.docx", {"word/document.xml": bomb}), "docx")):
        with pytest.raises(Unreadable):
            read_text(path, kind)


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    with pytest.raises(Unreadable):
        read_text(path, "text", timeout=0.001)


def test_no_more_is_read_than_the_limit_and_nothing_that_cannot_be_stored() -> None:
    assert list(limited(iter(["a\x00b\ud800", "c"]))) == ["ab", "c"]
    long = list(limited(iter(["x" * MAX_CHARACTERS, "more"])))
    assert [len(one) for one in long] == [MAX_CHARACTERS]


def _archive(path: Path, parts: dict[str, str]) -> Path:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(target.getvalue())
    return path
