"""How long a video is, as the file itself says: read from its headers, nothing of it is decoded."""

import struct
from pathlib import Path
from typing import BinaryIO

_MAX_HEADER = 64 * 2**20
_MAX_SECONDS = 24 * 3600
_SEGMENT, _INFO, _SCALE, _DURATION = 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489


def video_seconds(path: Path) -> int | None:
    """Return the length of an MP4 or WebM in whole seconds, rounded up; None when the file does not say it.

    Sources: ISO 14496-12, 8.2.2 (mvhd); RFC 9559, 5.1.2 (Info), RFC 8794 (EBML).
    """
    try:
        with path.open("rb") as source:
            is_webm = source.read(4) == b"\x1a\x45\xdf\xa3"
            source.seek(0)
            found = _webm_seconds(source) if is_webm else _mp4_seconds(source)
    except (struct.error, ValueError, IndexError, OverflowError):
        return None
    if found is None or not 0 < found <= _MAX_SECONDS:
        return None
    return -int(-found // 1)


def _mp4_seconds(source: BinaryIO) -> float | None:
    moov = _box(source, b"moov", source.seek(0, 2), 0)
    header = _box(source, b"mvhd", moov[1], moov[0]) if moov is not None else None
    if header is None:
        return None
    source.seek(header[0])
    version = source.read(4)[0]
    source.read(16 if version else 8)
    scale, duration = (
        struct.unpack(">IQ", source.read(12)) if version else struct.unpack(">II", source.read(8))
    )
    return float(duration / scale) if scale else None


def _box(source: BinaryIO, name: bytes, end: int, place: int) -> tuple[int, int] | None:
    """Return where the content of the first box of that name begins and ends."""
    while place + 8 <= end:
        source.seek(place)
        size, kind = struct.unpack(">I4s", source.read(8))
        begin = place + 8
        if size == 1:
            (size,) = struct.unpack(">Q", source.read(8))
            begin += 8
        size = size or end - place
        if size < begin - place:
            return None
        if kind == name:
            return begin, min(place + size, end)
        place += size
    return None


def _webm_seconds(source: BinaryIO) -> float | None:
    end = source.seek(0, 2)
    segment = _element(source, _SEGMENT, 0, end)
    info = _element(source, _INFO, *segment) if segment is not None else None
    if info is None or info[1] - info[0] > _MAX_HEADER:
        return None
    scale, duration = _element(source, _SCALE, *info), _element(source, _DURATION, *info)
    nanoseconds = 1_000_000
    if scale is not None:
        source.seek(scale[0])
        nanoseconds = int.from_bytes(source.read(scale[1] - scale[0]), "big")
    if duration is None:
        return None
    source.seek(duration[0])
    raw = source.read(duration[1] - duration[0])
    ticks = float(struct.unpack(">d" if len(raw) == 8 else ">f", raw)[0])
    return ticks * nanoseconds / 1e9


def _element(source: BinaryIO, wanted: int, place: int, end: int) -> tuple[int, int] | None:
    """Return where the content of the first EBML element of that id begins and ends."""
    while place < end:
        source.seek(place)
        element = _number(source, keep_marker=True)
        size = _number(source, keep_marker=False)
        begin = source.tell()
        until = min(begin + size, end) if size is not None else end
        if element == wanted:
            return begin, until
        if element is None or until <= place:
            return None
        place = until
    return None


def _number(source: BinaryIO, *, keep_marker: bool) -> int | None:
    """Read a variable-length integer; None for “unknown” (all bits set)."""
    first = source.read(1)[0]
    length = 9 - first.bit_length()
    if length > 8:
        raise ValueError("not EBML")
    rest = source.read(length - 1)
    value = int.from_bytes(bytes([first if keep_marker else first & (0xFF >> length)]) + rest, "big")
    if not keep_marker and value == (1 << (7 * length)) - 1:
        return None
    return value
