import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import segno
from PIL import Image

from shared.documents import PdfPool, qr_svg, render_pdf
from shared.documents.qr import QUIET_ZONE

ADDRESS = "https://goodstanding.example/verify/0192f3aa-7c1e-7abc-8def-0123456789ab"


def modules_of(text: str) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in segno.make_qr(text, error="m").matrix]


def drawn_modules(svg: str, size: int) -> list[list[bool]]:
    """Follow the pen of the dark path (M and m move, h draws one module high) and note where it has been."""
    path = ET.fromstring(svg).findall(".//path")[-1].attrib["d"]
    grid = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                grid[int(y) - QUIET_ZONE][column - QUIET_ZONE] = True
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return grid


def test_the_drawing_has_exactly_the_modules_of_the_code() -> None:
    expected = modules_of(ADDRESS)

    assert drawn_modules(qr_svg(ADDRESS, title="核验"), len(expected)) == expected


def test_the_drawing_has_an_escaped_title_and_neither_script_nor_style() -> None:
    svg = qr_svg(ADDRESS, title="核验 <b>&</b>")

    root = ET.fromstring(svg)
    assert root.findtext("title") == "核验 <b>&</b>"
    assert root.attrib["role"] == "img"
    names = {element.tag for element in root.iter()}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert names == {"svg", "title", "g", "path"}
    assert not {"style", "class", "id", "onload"} & attributes


def test_a_text_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        qr_svg("a" * 3000, title="x")


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils is not installed")
def test_the_code_on_paper_shows_every_module(pool: PdfPool, tmp_path: Path) -> None:
    expected = modules_of(ADDRESS)
    side = len(expected) + 2 * QUIET_ZONE
    style = "<style>@page { size: 50mm; margin: 0 } svg { display: block }</style>"
    html = f"{style}{qr_svg(ADDRESS, title='核验', size_mm=50)}"
    (tmp_path / "x.pdf").write_bytes(render_pdf(html, title="t", language="zh-CN", pool=pool))

    subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-singlefile", tmp_path / "x.pdf", tmp_path / "x"], check=True
    )

    with Image.open(tmp_path / "x.png") as picture:
        grey = picture.convert("L")
        step = grey.width / side
        seen = [
            [
                bool(
                    grey.getpixel((int((QUIET_ZONE + x + 0.5) * step), int((QUIET_ZONE + y + 0.5) * step)))
                    < 128
                )
                for x in range(len(expected))
            ]
            for y in range(len(expected))
        ]
    assert seen == expected
