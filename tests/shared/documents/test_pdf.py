import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from shared.documents import AssetRefused, PdfPool, render_pdf
from shared.documents.fetcher import ASSETS
from tests.shared.documents.pdf_parts import embedded_fonts, outlines, text_of_objects

RARE = "㛃堃喆昇淼犇䶮彧翀㻬"
REGULAR = ASSETS / "fonts/NotoSansSC_400Regular.ttf"
BOLD = ASSETS / "fonts/NotoSansSC_700Bold.ttf"


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>t</title>{head}</head><body>{body}</body></html>"


def draw(body: str, pool: PdfPool, head: str = "") -> bytes:
    return render_pdf(page(body, head), title="证书", language="zh-CN", pool=pool)


def without_notdef(font: TTFont) -> dict[int, list[tuple[int, int]]]:
    return {index: points for index, points in outlines(font).items() if index}


def source_outlines(path: Path, wanted: set[int]) -> dict[int, list[tuple[int, int]]]:
    with TTFont(path, lazy=True) as font:
        glyf, names = font["glyf"], font.getGlyphOrder()
        return {
            index: [(int(x), int(y)) for x, y in glyf[names[index]].getCoordinates(glyf)[0]]
            for index in wanted
        }


def test_chinese_text_is_drawn_with_the_regular_font_that_is_embedded(pool: PdfPool) -> None:
    pdf = draw("<p style='page: single'>合规培训证书</p>", pool)

    (font,) = [font for font in embedded_fonts(pdf) if len(without_notdef(font)) == 6]
    drawn = without_notdef(font)
    assert drawn == source_outlines(REGULAR, set(drawn))
    assert b"/FontFile2" in text_of_objects(pdf)


def test_bold_text_is_drawn_with_the_true_bold_face(pool: PdfPool) -> None:
    pdf = draw("<p><strong>合规培训证书</strong></p>", pool)

    (font,) = [font for font in embedded_fonts(pdf) if len(without_notdef(font)) == 6]
    drawn = without_notdef(font)
    assert drawn == source_outlines(BOLD, set(drawn))
    assert drawn != source_outlines(REGULAR, set(drawn))
    assert b"Document-Sans-Bold" in text_of_objects(pdf)


def test_rare_characters_of_names_are_drawn_by_both_faces(pool: PdfPool) -> None:
    pdf = draw(f"<p style='page-break-after: always'>{RARE}</p><p><b>{RARE}</b></p>", pool)

    for path in (REGULAR, BOLD):
        with TTFont(path, lazy=True) as known:
            wanted = {known.getGlyphID(known.getBestCmap()[ord(character)]) for character in RARE}
        expected = source_outlines(path, wanted)
        assert any(expected.items() <= outlines(font).items() for font in embedded_fonts(pdf)), path.name


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_text_taken_out_of_the_document_is_the_chinese_that_went_in(pool: PdfPool, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(draw(f"<p>兹证明{RARE}已完成培训。</p>", pool))

    text = subprocess.run(["pdftotext", tmp_path / "x.pdf", "-"], capture_output=True, check=True).stdout

    assert f"兹证明{RARE}已完成培训。" in text.decode()


@pytest.mark.skipif(not shutil.which("pdffonts"), reason="poppler-utils is not installed")
def test_every_font_of_a_mixed_document_is_embedded_and_ours(pool: PdfPool, tmp_path: Path) -> None:
    body = "<h1>标题 Title</h1><p>¥1,234.50 “ok” <em>强调</em> <code>code</code></p>"
    (tmp_path / "x.pdf").write_bytes(draw(body, pool))

    run = subprocess.run(["pdffonts", tmp_path / "x.pdf"], capture_output=True, check=True, text=True)

    rows = [line.split() for line in run.stdout.splitlines()[2:]]
    assert {row[0].partition("+")[2] for row in rows} == {"Document-Sans", "Document-Sans-Bold"}
    assert all(row[4:7] == ["yes", "yes", "yes"] for row in rows)  # embedded, subset, with Unicode map


def test_a_page_of_chinese_stays_small(pool: PdfPool) -> None:
    assert len(draw("<p>合规培训证书</p><p><b>欧阳喆堃</b></p>", pool)) < 40_000


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler-utils is not installed")
def test_title_author_time_and_structure_are_in_the_document(pool: PdfPool, tmp_path: Path) -> None:
    pdf = render_pdf(
        page("<h1>证书</h1>"),
        title="结业证书",
        language="zh-CN",
        author="合规部",
        created=datetime(2026, 9, 21, 2, 0, tzinfo=UTC),
        pool=pool,
    )
    (tmp_path / "x.pdf").write_bytes(pdf)

    run = subprocess.run(
        ["pdfinfo", "-isodates", tmp_path / "x.pdf"], capture_output=True, check=True, text=True
    )

    facts = dict(line.split(":", 1) for line in run.stdout.splitlines())
    facts = {name: value.strip() for name, value in facts.items()}
    assert facts["Title"] == "结业证书"
    assert facts["Author"] == "合规部"
    assert facts["CreationDate"].startswith("2026-09-21T02:00:00")
    assert facts["Tagged"] == "yes"
    assert b"/Lang (zh-CN)" in text_of_objects(pdf)


def test_the_same_document_drawn_twice_is_the_same_bytes(pool: PdfPool) -> None:
    assert draw("<h1>证书</h1><p>欧阳</p>", pool) == draw("<h1>证书</h1><p>欧阳</p>", pool)


def test_a_naive_creation_time_is_refused(pool: PdfPool) -> None:
    naive = datetime(2026, 9, 21)  # noqa: DTZ001 - the point of the test

    with pytest.raises(ValueError, match="aware"):
        render_pdf(page(""), title="t", language="en", created=naive, pool=pool)


@pytest.fixture
def visited() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine that notes what it is asked for."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "<img src='{site}/a.png'>"),
        ("<link rel=stylesheet href='{site}/a.css'>", ""),
        ("<style>@import '{site}/a.css'</style>", ""),
        ("<style>@font-face {{ font-family: x; src: url({site}/a.ttf) }}</style>", "<p>x</p>"),
        ("", "<p style='background: url({site}/a.png)'>x</p>"),
        ("", "<svg><image href='{site}/a.png' width='9' height='9'/></svg>"),
        ("", "<object data='{site}/a.svg'></object>"),
        ("<base href='{site}/'>", "<img src='a.png'>"),
        ("<link rel=attachment href='{site}/a.txt'>", ""),
        ("", "<img src='file:///etc/passwd'>"),
        ("", "<img src='/etc/passwd'>"),
        ("", "<img src='a.png'>"),
        ("<style>@font-face {{ font-family: x; src: local('DejaVu Sans'), url(a.ttf) }}</style>", "<p>x</p>"),
    ],
)
def test_no_document_reaches_the_network_or_a_file(
    pool: PdfPool, visited: tuple[str, list[str]], head: str, body: str
) -> None:
    site, paths = visited

    with pytest.raises(AssetRefused):
        draw(body.format(site=site), pool, head.format(site=site))

    assert paths == []


@pytest.mark.parametrize(
    "body",
    [
        "<svg width='9' height='9'><use href='{site}/a.svg#a'/></svg>",
        "<iframe src='{site}/a.html'></iframe>",
        "<script src='{site}/a.js'></script>",
        "<svg width='9' height='9'><style>@import url({site}/a.css)</style></svg>",
        "<meta http-equiv=refresh content='0; {site}/a'>",
    ],
)
def test_what_only_a_browser_would_load_is_left_alone(
    pool: PdfPool, visited: tuple[str, list[str]], body: str
) -> None:
    site, paths = visited

    assert draw(body.format(site=site), pool).startswith(b"%PDF-")
    assert paths == []


def test_a_link_that_a_reader_may_follow_is_not_fetched_and_is_kept(pool: PdfPool) -> None:
    pdf = draw("<a href='https://goodstanding.example/verify/1'>核验</a>", pool)

    assert b"/URI (https://goodstanding.example/verify/1)" in text_of_objects(pdf)
