"""How long a video says it is."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.durations import video_seconds
from tests.services.training.media import make_mp4, make_webm


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (make_mp4(75), 75),
        (make_mp4(90, version=1), 90),
        (make_mp4(0), None),
        (make_mp4(100_000), None),
        (make_webm(12_345.6), 13),
        (make_webm(1, known=False), None),
        (make_mp4(75)[:-150], None),
        (b"", None),
        (b"\x1a\x45\xdf\xa3", None),
        (b"\x00\x00\x00\x00moov", None),
    ],
)
def test_a_video_is_as_long_as_it_says(content: bytes, expected: int | None, tmp_path: Path) -> None:
    path = tmp_path / "video"
    path.write_bytes(content)
    assert video_seconds(path) == expected


@given(content=st.binary(max_size=200), is_webm=st.booleans())
def test_no_file_at_all_makes_it_fail_or_hang(content: bytes, is_webm: bool) -> None:
    path = Path(tempfile.gettempdir()) / f"video-{os.getpid()}"
    path.write_bytes((b"\x1a\x45\xdf\xa3" if is_webm else b"\x00\x00\x00\x14ftyp") + content)
    try:
        found = video_seconds(path)
        assert found is None or found > 0
    finally:
        path.unlink()
