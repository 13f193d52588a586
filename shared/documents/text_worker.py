"""The program that reads one file's text: `python -m shared.documents.text_worker <kind> <path>`, JSON on stdout."""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

MAX_CHARACTERS = 3_000_000
_MAX_MEMORY = 2 * 2**30
_MAX_SECONDS = 100
_MAX_PART = 200 * 2**20
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# A line of a PDF ends where the paper does, also within a Chinese word.
_HAN_LINE_END = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\r?\n[ \t]*(?=[\u3000-\u9fff\uff00-\uffef])"
)
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def main(kind: str, path: Path) -> None:
    """Write the pages' text as a JSON list."""
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MAX_SECONDS, _MAX_SECONDS))
    json.dump(list(limited(READERS[kind](path))), sys.stdout)


def limited(pages: Iterator[str]) -> Iterator[str]:
    """Yield pages in a storable form until there are MAX_CHARACTERS of them."""
    left = MAX_CHARACTERS
    for page in pages:
        clean = _UNSTORABLE.sub("", page)[:left]
        left -= len(clean)
        yield clean
        if left <= 0:
            return


def pdf_pages(path: Path) -> Iterator[str]:
    """Yield the text of each page of a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        for page in document:
            text = page.get_textpage().get_text_bounded()
            yield _HAN_LINE_END.sub("", text).replace("\r\n", "\n").strip()
    finally:
        document.close()


def docx_pages(path: Path) -> Iterator[str]:
    """Yield the text of a Word document, whose pages are not known before it is printed, as one."""
    with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as part:
        yield "\n\n".join(_paragraphs(part, _WORD))


def pptx_pages(path: Path) -> Iterator[str]:
    """Yield the text of each slide of a presentation."""
    with zipfile.ZipFile(path) as archive:
        slides = [
            (int(found[1]), name)
            for name in archive.namelist()
            if (found := re.fullmatch(r"ppt/slides/slide(\d{1,5})\.xml", name))
        ]
        for _, name in sorted(slides):
            with archive.open(name) as part:
                yield "\n".join(_paragraphs(part, _DRAWING))


def text_pages(path: Path) -> Iterator[str]:
    """Yield a plain text in UTF-8 or GB18030 as one page."""
    content = path.read_bytes()
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("gb18030", errors="replace")


def _paragraphs(part: IO[bytes], space: str) -> Iterator[str]:
    """Yield the paragraphs of an Office document's XML; entities and document types are refused."""
    from defusedxml.ElementTree import iterparse

    held: list[str] = []
    for _, element in iterparse(_Bounded(part), forbid_dtd=True):
        if element.tag == f"{space}t":
            held.append(element.text or "")
        elif element.tag in (f"{space}tab", f"{space}br"):
            held.append(" ")
        elif element.tag == f"{space}p":
            text = "".join(held).strip()
            held.clear()
            element.clear()
            if text:
                yield text


class _Bounded:
    """A stream that ends in an error where it unpacks to far more than a document would."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self._left = _MAX_PART

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        found = self._part.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise ValueError("the document unpacks to more than is read")
        return found


READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "pdf": pdf_pages,
    "docx": docx_pages,
    "pptx": pptx_pages,
    "text": text_pages,
}

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
