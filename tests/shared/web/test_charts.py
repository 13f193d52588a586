"""Charts as SVG: well-formed, escaped, told apart without colour, and with words for who cannot see them."""

from datetime import date
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from shared.documents import render_pdf
from shared.web.charts import Row, Series, bars, lines, stacked, strip

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"title": "完成率 <b>", "description": "A & B"}


def plain(value: float) -> str:
    """Write a figure without a language."""
    return f"{value:g}"


def drawn() -> dict[str, Markup]:
    """Return one chart of each kind."""
    series = [Series("一 & 二", [1, 0, 3]), Series("<三>", [2, None, 5])]
    row = Row("课程 <x>", [(date(2026, 2, 1), date(2026, 5, 1)), (date(2026, 8, 1), None)])
    window = {"first": date(2026, 1, 1), "last": date(2027, 1, 1), "marks": [(date(2026, 6, 1), "D")]}
    return {
        "bars": bars([("甲", 3), ("乙", 0)], say=plain, **WORDS),
        "stacked": stacked(["a", "b", "c"], series, say=plain, **WORDS),
        "lines": lines(["a", "b", "c"], series, say=plain, **WORDS),
        "strip": strip([row], **window, **WORDS),  # type: ignore[arg-type]
        "empty": stacked([], [], say=plain, **WORDS),
    }


@pytest.mark.parametrize("kind", ["bars", "stacked", "lines", "strip", "empty"])
def test_a_chart_is_well_formed_escaped_and_has_a_title_and_a_description(kind: str) -> None:
    root = ElementTree.fromstring(drawn()[kind])
    assert root.get("role") == "img"
    named = {one.get("id"): one.text for one in root.iter() if one.get("id")}
    ids = (root.get("aria-labelledby") or "").split()
    assert [named[one] for one in ids] == ["完成率 <b>", "A & B"]
    assert not any("style" in one.attrib for one in root.iter())


def test_parts_of_a_bar_are_as_wide_as_their_shares_and_hatched_differently() -> None:
    root = ElementTree.fromstring(drawn()["stacked"])
    first = [float(one.get("width", 0)) for one in root.iter(f"{SVG}rect") if one.get("class") == "chart-0"]
    second = [float(one.get("width", 0)) for one in root.iter(f"{SVG}rect") if one.get("class") == "chart-1"]
    assert second[0] == pytest.approx(2 * first[0], abs=0.2)
    fills = {one.get("fill") for one in root.iter(f"{SVG}rect")}
    assert any(one and one.startswith("url(#") for one in fills)


def test_lines_are_told_apart_by_dashes_and_by_the_shape_of_their_marks() -> None:
    root = ElementTree.fromstring(drawn()["lines"])
    dashes = {one.get("stroke-dasharray") for one in root.iter(f"{SVG}polyline")}
    assert len(dashes) == 2
    assert list(root.iter(f"{SVG}circle"))


def test_where_there_is_no_value_a_line_has_no_mark() -> None:
    root = ElementTree.fromstring(drawn()["lines"])
    points = [len((one.get("points") or "").split()) for one in root.iter(f"{SVG}polyline")]
    assert points[:2] == [3, 2]


def test_intervals_of_a_strip_lie_where_their_days_do_and_what_goes_on_reaches_the_end() -> None:
    root = ElementTree.fromstring(drawn()["strip"])
    boxes = [one for one in root.iter(f"{SVG}rect") if one.get("class") == "chart-0"]
    ends = [float(one.get("x", 0)) + float(one.get("width", 0)) for one in boxes]
    assert ends[0] < float(boxes[1].get("x", 0))
    assert ends[1] == pytest.approx(664, abs=0.5)


def test_the_same_figures_are_drawn_alike_every_time() -> None:
    assert drawn() == drawn()


def test_a_document_can_hold_every_chart() -> None:
    html = f"<!doctype html><html lang='en'><body>{''.join(drawn().values())}</body></html>"
    assert render_pdf(html, title="x", language="en").startswith(b"%PDF")
