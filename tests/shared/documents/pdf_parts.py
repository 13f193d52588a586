"""Just enough of the PDF format to look inside a document: its streams, its objects, its embedded fonts."""

import re
import zlib
from io import BytesIO

from fontTools.ttLib import TTFont
from PIL import Image


def streams(pdf: bytes) -> list[bytes]:
    """Return every stream, inflated where it is deflated (compressed object streams are among them)."""
    found = []
    for match in re.finditer(rb"stream\r?\n", pdf):
        if pdf[match.start() - 3 : match.start()] == b"end":
            continue
        inflater = zlib.decompressobj()
        try:
            found.append(inflater.decompress(pdf[match.end() :]))
        except zlib.error:
            found.append(pdf[match.end() : pdf.index(b"endstream", match.end())])
    return found


def text_of_objects(pdf: bytes) -> bytes:
    """Return the file and its inflated streams as one text to search."""
    return pdf + b"\n".join(streams(pdf))


def embedded_fonts(pdf: bytes) -> list[TTFont]:
    """Return the TrueType programs inside the PDF."""
    return [TTFont(BytesIO(body)) for body in streams(pdf) if body.startswith(b"\x00\x01\x00\x00")]


def outlines(font: TTFont) -> dict[int, list[tuple[int, int]]]:
    """Return the points of every glyph that has an outline, by glyph id."""
    glyf = font["glyf"]
    drawn = {}
    for index, name in enumerate(font.getGlyphOrder()):
        if glyf[name].numberOfContours > 0:
            drawn[index] = [(int(x), int(y)) for x, y in glyf[name].getCoordinates(glyf)[0]]
    return drawn


def make_png() -> bytes:
    """Return a small picture with see-through parts."""
    out = BytesIO()
    Image.new("RGBA", (8, 8), (39, 70, 144, 128)).save(out, "PNG")
    return out.getvalue()
