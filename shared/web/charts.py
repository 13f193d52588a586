"""Charts drawn on the server as SVG, the same on a page and in a PDF.

Looks are presentation attributes, since a document's renderer reads no stylesheet inside an SVG and our pages
allow no inline style; classes let a page's stylesheet follow the dark theme. What colour says is said again by
hatching, dashes and marks. A chart has a title and a description for those who cannot see it, and always stands
beside a table of its figures.
"""

import hashlib
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from shared.web.formats import number

WIDTH = 680
_LABELS = 150
_ROW = 30
_PLOT = WIDTH - _LABELS - 70
# Dark enough for 3:1 on white paper, and apart from one another for those who see no red or no green.
_COLOURS = ("#2b4a9b", "#b45309", "#0f766e", "#86198f", "#525252", "#0369a1", "#9f1239", "#3f6212")
_DASHES = ("", "7 4", "2 4", "10 4 2 4", "4 2", "1 3", "12 3", "6 2 2 2")
_INK, _GRID = "#3b3f46", "#c9ccd1"

Say = Callable[[float], str]


@dataclass(frozen=True)
class Series:
    """A name with a value for each label; None: there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Row:
    """A label with the intervals of days during which something held; an end of None goes on."""

    label: str
    intervals: Sequence[tuple[date, date | None]]


def bars(items: Sequence[tuple[str, float]], *, title: str, description: str, say: Say = number) -> Markup:
    """Return lying bars, one for each label."""
    labels = [label for label, _ in items]
    one = Series(title, [value for _, value in items])
    return stacked(labels, [one], title=title, description=description, say=say)


def stacked(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    description: str,
    say: Say = number,
    totals: Sequence[float] | None = None,
) -> Markup:
    """Return lying bars made of a part for each series; the whole stands at the end of a bar.

    `totals` are the wholes where the parts, being rounded, do not quite add up to them.
    """
    key = _key(title, *labels)
    sums = [sum(_value(one, place) for one in series) for place in range(len(labels))]
    most = max([*sums, 0]) or 1
    named = len(series) > 1
    parts = [_hatches(key, len(series))] if named else []
    for place, label in enumerate(labels):
        y, x = 10 + place * _ROW, float(_LABELS)
        parts.append(_text(_LABELS - 8, y + 15, _short(label), anchor="end"))
        for order, one in enumerate(series):
            width = _value(one, place) / most * _PLOT
            if width > 0:
                shown = f"{label} · {one.name}: {say(_value(one, place))}" if named else label
                parts.append(_box(key, order, x, y, width, shown, named=named))
            x += width
        parts.append(_text(x + 6, y + 15, say((totals or sums)[place])))
    height = 14 + len(labels) * _ROW
    if named:
        legend, rows = _legend(key, [one.name for one in series], height + 6)
        parts.append(legend)
        height += 8 + rows * 22
    return _frame(key, height, title, description, parts)


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    description: str,
    most: float | None = None,
    say: Say = number,
) -> Markup:
    """Return a line over time for each series, from 0 to `most` (or to the highest value)."""
    key = _key(title, *labels)
    left, top, height = 56, 14, 190
    highest = most or _ceiling([value for one in series for value in one.values if value is not None])
    step = (WIDTH - left - 24) / max(1, len(labels) - 1)
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = top + height * (1 - share)
        parts.append(
            f'<line class="chart-grid" x1="{left}" x2="{WIDTH - 24}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{_GRID}" stroke-width="1"/>'
        )
        parts.append(_text(left - 8, y + 4, say(highest * share), anchor="end"))
    every = math.ceil(len(labels) / 8)
    for place in range(0, len(labels), every):
        parts.append(_text(left + place * step, top + height + 20, labels[place], anchor="middle"))
    for order, one in enumerate(series):
        points = [
            (left + place * step, top + height * (1 - min(value / highest, 1)))
            for place, value in enumerate(one.values)
            if value is not None
        ]
        parts.append(_line(order, points, one.name))
    legend, rows = _legend(key, [one.name for one in series], top + height + 34, lines=True)
    return _frame(key, top + height + 36 + rows * 22, title, description, [*parts, legend])


def strip(
    rows: Sequence[Row],
    *,
    first: date,
    last: date,
    marks: Sequence[tuple[date, str]],
    title: str,
    description: str,
) -> Markup:
    """Return a band for each row over the days from `first` to `last`, filled while its intervals last.

    `marks` are days to point out, each with its name.
    """
    key = _key(title, *(one.label for one in rows))
    days = max(1, (last - first).days)
    width = WIDTH - _LABELS - 16

    def place(day: date) -> float:
        return _LABELS + width * min(max((day - first).days, 0), days) / days

    parts, bottom = [], 26 + len(rows) * _ROW
    for number_, row in enumerate(rows):
        y = 26 + number_ * _ROW
        parts.append(_text(_LABELS - 8, y + 15, _short(row.label), anchor="end"))
        parts.append(
            f'<line class="chart-grid" x1="{_LABELS}" x2="{_LABELS + width}" y1="{y + 10}" y2="{y + 10}" '
            f'stroke="{_GRID}" stroke-width="2" stroke-dasharray="2 4"/>'
        )
        for start, end in row.intervals:
            x, x2 = place(start), place(end or last)
            if x2 > x:
                shown = f"{row.label}: {start.isoformat()} – {end.isoformat() if end else '…'}"
                parts.append(_box(key, 0, x, y, x2 - x, shown, named=False))
    for day in _ticks(first, last):
        parts.append(_text(place(day), bottom + 16, f"{day.year}-{day.month:02d}", anchor="middle"))
    for day, name in marks:
        x = place(day)
        parts.append(
            f'<line class="chart-mark" x1="{x:.1f}" x2="{x:.1f}" y1="18" y2="{bottom}" stroke="#9f1239" '
            f'stroke-width="2"/>'
        )
        anchor = "end" if x > WIDTH - 90 else "start" if x < _LABELS + 60 else "middle"
        parts.append(_text(x, 13, name, anchor=anchor))
    return _frame(key, bottom + 26, title, description, parts)


def _frame(key: str, height: float, title: str, description: str, parts: Sequence[str]) -> Markup:
    inside = "".join(parts)
    # Everything that came from outside was escaped where it was put in.
    return Markup(  # noqa: S704
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="12" font-family="Document Sans, sans-serif">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
        f"{inside}</svg>"
    )


def _box(key: str, order: int, x: float, y: float, width: float, shown: str, *, named: bool) -> str:
    colour = order % len(_COLOURS)
    box = f'x="{x:.1f}" y="{y}" width="{max(width, 1):.1f}" height="20"'
    hatch = f'<rect {box} fill="url(#{key}-{colour})" pointer-events="none"/>' if named and colour else ""
    return (
        f'<g><title>{escape(shown)}</title><rect class="chart-{colour}" {box} fill="{_COLOURS[colour]}"/>'
        f"{hatch}</g>"
    )


def _line(order: int, points: Sequence[tuple[float, float]], name: str) -> str:
    colour = order % len(_COLOURS)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    marks = "".join(_dot(colour, x, y) for x, y in points)
    return (
        f'<g><title>{escape(name)}</title><polyline class="chart-line-{colour}" points="{path}" fill="none" '
        f'stroke="{_COLOURS[colour]}" stroke-width="2" stroke-dasharray="{_DASHES[colour] or "none"}"/>'
        f"{marks}</g>"
    )


def _dot(colour: int, x: float, y: float) -> str:
    """Return a mark of the series' own shape: disc, square, triangle or diamond."""
    look = f'class="chart-{colour}" fill="{_COLOURS[colour]}"'
    match colour % 4:
        case 0:
            return f'<circle {look} cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        case 1:
            return f'<rect {look} x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4"/>'
        case 2:
            shape = f"{x:.1f},{y - 4.4:.1f} {x + 4.2:.1f},{y + 3.4:.1f} {x - 4.2:.1f},{y + 3.4:.1f}"
        case _:
            shape = f"{x:.1f},{y - 4.8:.1f} {x + 4.8:.1f},{y:.1f} {x:.1f},{y + 4.8:.1f} {x - 4.8:.1f},{y:.1f}"
    return f'<polygon {look} points="{shape}"/>'


def _hatches(key: str, count: int) -> str:
    """Return the patterns that tell parts of a bar apart without colour."""
    shapes = (
        "",
        '<path d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6" stroke="#fff" stroke-width="1.6"/>',
        '<circle cx="4" cy="4" r="1.7" fill="#fff"/>',
        '<path d="M0 4 H8" stroke="#fff" stroke-width="1.8"/>',
        '<path d="M4 0 V8" stroke="#fff" stroke-width="1.8"/>',
        '<path d="M0 0 L8 8 M8 0 L0 8" stroke="#fff" stroke-width="1.2"/>',
        '<path d="M-2 6 L2 10 M0 0 L8 8 M6 -2 L10 2" stroke="#fff" stroke-width="1.6"/>',
        '<path d="M0 4 H8 M4 0 V8" stroke="#fff" stroke-width="1.2"/>',
    )
    made = [
        f'<pattern id="{key}-{colour}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f"{shapes[colour]}</pattern>"
        for colour in range(1, min(count, len(_COLOURS)))
    ]
    return f"<defs>{''.join(made)}</defs>"


def _legend(key: str, names: Sequence[str], top: float, *, lines: bool = False) -> tuple[str, int]:
    """Return the legend and how many rows it takes."""
    parts, x, row = [], 12.0, 0
    for order, name in enumerate(names):
        colour, needed = order % len(_COLOURS), 44 + 7 * _wide(_short(name))
        if x + needed > WIDTH and x > 12:
            x, row = 12.0, row + 1
        y = top + row * 22
        if lines:
            parts.append(_line(order, [(x, y + 7), (x + 22, y + 7)], name))
        else:
            parts.append(
                f'<rect class="chart-{colour}" x="{x}" y="{y}" width="22" height="14" '
                f'fill="{_COLOURS[colour]}"/>'
            )
            if colour:
                parts.append(f'<rect x="{x}" y="{y}" width="22" height="14" fill="url(#{key}-{colour})"/>')
        parts.append(_text(x + 29, y + 11, _short(name)))
        x += needed
    return "".join(parts), row + 1 if names else 0


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return (
        f'<text class="chart-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">'
        f"{escape(text)}</text>"
    )


def _ticks(first: date, last: date) -> list[date]:
    """Return the first days of months to name below a strip, seven at most."""
    months = (last.year - first.year) * 12 + last.month - first.month
    every = max(1, math.ceil(months / 6))
    begins = first.year * 12 + first.month  # The month after the first, counted from the year 0.
    found = (date(one // 12, one % 12 + 1, 1) for one in range(begins, begins + months, every))
    return [one for one in found if first <= one <= last]


def _ceiling(values: Sequence[float]) -> float:
    """Return a round number that no value exceeds."""
    most = max([*values, 1])
    size = 10 ** math.floor(math.log10(most))
    return float(next(step * size for step in (1, 2, 4, 5, 10) if step * size >= most))


def _value(series: Series, place: int) -> float:
    return series.values[place] or 0


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _short(text: str, most: int = 22) -> str:
    """Return what there is room for: a Chinese character takes the room of two letters."""
    if _wide(text) <= most:
        return text
    while _wide(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def _key(*texts: str) -> str:
    """Return a name for a chart's own ids, the same every time it is drawn."""
    return "chart-" + hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:8]
