"""Small real files: PDFs, and videos as far as their headers go."""

import struct
from io import BytesIO

import pikepdf


def make_pdf(pages: int = 2, *, password: str = "") -> bytes:
    """Return a PDF of so many pages, each with its number written on it; encrypted with a password, if one is given."""
    pdf = pikepdf.new()
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(300, 400))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        page.Contents = pdf.make_stream(f"BT /F1 24 Tf 40 300 Td (Page {number}) Tj ET".encode())
    target = BytesIO()
    encryption = pikepdf.Encryption(owner=password, user=password) if password else False
    pdf.save(target, encryption=encryption, deterministic_id=not password)
    return target.getvalue()


def make_mp4(seconds: int, *, version: int = 0) -> bytes:
    """Return the headers of an MP4 that says that it is so long, and a little of what would be pictures."""
    if version:
        mvhd = struct.pack(">B3xQQIQ", 1, 0, 0, 1_000, seconds * 1_000) + bytes(80)
    else:
        mvhd = struct.pack(">B3xIIII", 0, 0, 0, 600, seconds * 600) + bytes(80)
    moov = _box(b"mvhd", mvhd)
    return (
        _box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2mp41") + _box(b"mdat", bytes(4_000)) + _box(b"moov", moov)
    )


def make_webm(milliseconds: float, *, known: bool = True) -> bytes:
    """Return the headers of a WebM; `known` False: as a browser records one, without saying how long it is."""
    duration = _element(0x4489, struct.pack(">d", milliseconds)) if known else b""
    info = _element(0x1549A966, _element(0x2AD7B1, (1_000_000).to_bytes(3, "big")) + duration)
    segment = b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + info
    return _element(0x1A45DFA3, _element(0x4282, b"webm")) + segment


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def _element(element: int, content: bytes) -> bytes:
    size = (element.bit_length() + 7) // 8
    return element.to_bytes(size, "big") + (0x1000_0000 | len(content)).to_bytes(4, "big") + content
