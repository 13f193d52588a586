"""A film of slides, as a WebM that browsers play and wind: made without an encoder.

A lossy WebP is one key frame of VP8 (RFC 9649, section 2.5), and a WebM is frames and times (RFC 9559), so what
Pillow saves is all the coding there is.
"""

import io
import struct
from collections.abc import Sequence

from PIL import Image

_EBML, _SEGMENT, _INFO, _TRACKS, _CUES, _CLUSTER = (
    0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1F43B675,
)  # fmt: skip


def film(slides: Sequence[Image.Image], seconds: int) -> bytes:
    """Return a film that shows each slide, all of one size, for so many seconds (at most 32), a frame a second."""
    clusters = [_cluster(number * seconds * 1_000, _frame(one), seconds) for number, one in enumerate(slides)]
    head = _element(
        _EBML,
        _number(0x4286, 1) + _number(0x42F7, 1) + _number(0x42F2, 4) + _number(0x42F3, 8)
        + _element(0x4282, b"webm") + _number(0x4287, 2) + _number(0x4285, 2),
    )  # fmt: skip
    length = struct.pack(">d", len(slides) * seconds * 1_000.0)
    info = _element(
        _INFO,
        _number(0x2AD7B1, 1_000_000) + _element(0x4489, length)
        + _element(0x4D80, b"Goodstanding") + _element(0x5741, b"Goodstanding"),
    )  # fmt: skip
    size = _number(0xB0, slides[0].width) + _number(0xBA, slides[0].height)
    track = _number(0xD7, 1) + _number(0x73C5, 1) + _number(0x83, 1) + _number(0x9C, 0)
    track += _element(0x86, b"V_VP8") + _element(0xE0, size)
    before = info + _element(_TRACKS, _element(0xAE, track))
    # Where the clusters begin depends on how long the cues are, and that does not depend on what they say.
    first = len(before) + len(_cues(clusters, 0, seconds))
    return head + _element(_SEGMENT, before + _cues(clusters, first, seconds) + b"".join(clusters))


def _cues(clusters: Sequence[bytes], first: int, seconds: int) -> bytes:
    """Return where each slide begins, so that a player can wind to it."""
    points, place = b"", first
    for number, cluster in enumerate(clusters):
        at = _number(0xF7, 1) + _element(0xF1, place.to_bytes(8, "big"))
        points += _element(0xBB, _number(0xB3, number * seconds * 1_000) + _element(0xB7, at))
        place += len(cluster)
    return _element(_CUES, points)


def _cluster(start: int, frame: bytes, seconds: int) -> bytes:
    blocks = b"".join(
        _element(0xA3, b"\x81" + struct.pack(">hB", second * 1_000, 0x80) + frame)
        for second in range(seconds)
    )
    return _element(_CLUSTER, _number(0xE7, start) + blocks)


def _frame(slide: Image.Image) -> bytes:
    """Return a slide as a key frame: what stands in the one chunk of a simple lossy WebP."""
    saved = io.BytesIO()
    slide.convert("RGB").save(saved, "WEBP", quality=85)
    riff = saved.getvalue()
    assert riff[12:16] == b"VP8 "
    return riff[20 : 20 + struct.unpack("<I", riff[16:20])[0]]


def _number(element: int, value: int) -> bytes:
    return _element(element, value.to_bytes(max((value.bit_length() + 7) // 8, 1), "big"))


def _element(element: int, content: bytes) -> bytes:
    identity = element.to_bytes((element.bit_length() + 7) // 8, "big")
    length = len(content)
    size = bytes([0x80 | length]) if length < 127 else (0x0100_0000_0000_0000 | length).to_bytes(8, "big")
    return identity + size + content
