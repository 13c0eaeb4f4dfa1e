"""A small writer of charts as SVG: text stays text, sizes are points, colours and fonts are the theme's by class."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import ceil, floor, log10

from msgspec import Struct

WIDTH_PT = 349.0
"""The width of the text block."""

MARKS_PT = 60.0
"""What is left at least for the longest bar."""

LINE_PT = 11.0
CHARACTER_PT = 4.15
"""The mean width of a character of the theme's sans at 8.5 pt, a little generous."""


class Series(Struct, frozen=True):
    """One row of values and how each is printed."""

    name: str
    values: tuple[float, ...]
    texts: tuple[str, ...]


def draw(kind: str, labels: tuple[str, ...], series: tuple[Series, ...], unit: str) -> str:
    """The chart as an SVG element; `kind` is bar, line or dot."""
    legend, top = _legend(series, unit)
    body, height = (_lines if kind == "line" else _rows)(kind, labels, series, top)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-{kind}" width="{WIDTH_PT:g}pt" height="{height:.1f}pt" '
        f'viewBox="0 0 {WIDTH_PT:g} {height:.1f}">{legend}{body}</svg>'
    )


def _legend(series: tuple[Series, ...], unit: str) -> tuple[str, float]:
    """The names of several series, then the unit, over as many lines as they need, and the height they take."""
    entries = [(one.name, number) for number, one in enumerate(series)] if len(series) > 1 else []
    parts: list[str] = []
    x, y = 0.0, 0.0
    for text, number in (*entries, *([(unit, -1)] if unit else ())):
        width = _width(text) + (28 if number >= 0 else 16)
        if x and x + width > WIDTH_PT:
            x, y = 0.0, y + LINE_PT + 2
        if number >= 0:
            parts.append(f'<rect class="series-{number % 4}" x="{x:.1f}" y="{y + 1.5:.1f}" width="8" height="8"/>')
        parts.append(_text(x + (12 if number >= 0 else 0), y + 9, text, "legend" if number >= 0 else "unit"))
        x += width
    return "".join(parts), y + 20.0 if parts else 2.0


def _rows(kind: str, labels: tuple[str, ...], series: tuple[Series, ...], top: float) -> tuple[str, float]:
    """Bars or dots, a row for each label: labels left, values at the end."""
    value_width = max(_width(text) for one in series for text in one.texts) + 8
    widest = max(map(_width, labels), default=0.0) + 8
    label_width = min(widest, WIDTH_PT * 0.45, max(WIDTH_PT - value_width - MARKS_PT, 40.0))
    low, high = _range(series)
    room = max(WIDTH_PT - label_width - value_width, MARKS_PT)
    scale = room / ((high - low) or 1)
    zero = label_width - low * scale
    bar = 9.0 if len(series) > 1 else 11.0
    parts: list[str] = []
    y = top
    for row, label in enumerate(labels):
        lines = tuple(_wrapped(label, label_width - 8))
        height = max(len(lines) * LINE_PT, len(series) * (bar + 1)) + 6
        first = y + (height - len(lines) * LINE_PT) / 2 + LINE_PT - 2.6
        parts.extend(_text(0, first + number * LINE_PT, line, "label") for number, line in enumerate(lines))
        start = y + (height - len(series) * (bar + 1)) / 2
        for number, one in enumerate(series):
            end = zero + one.values[row] * scale
            middle = start + number * (bar + 1) + bar / 2
            parts.append(_mark(kind, number, min(zero, end), max(zero, end), end, middle, bar))
            parts.append(_text(max(zero, end) + 5, middle + 3, one.texts[row], "value"))
        y += height
    parts.insert(0, f'<line class="axis" x1="{zero:.1f}" y1="{top:.1f}" x2="{zero:.1f}" y2="{y:.1f}"/>')
    return "".join(parts), y + 2


def _mark(kind: str, number: int, left: float, right: float, end: float, middle: float, bar: float) -> str:
    name = f"series-{number % 4}"
    if kind == "bar":
        width = max(right - left, 0.5)
        return (
            f'<rect class="{name}" x="{left:.1f}" y="{middle - bar / 2:.1f}" width="{width:.1f}" height="{bar:.1f}"/>'
        )
    return (
        f'<line class="guide" x1="{left:.1f}" y1="{middle:.1f}" x2="{right:.1f}" y2="{middle:.1f}"/>'
        f'<circle class="{name}" cx="{end:.1f}" cy="{middle:.1f}" r="3.2"/>'
    )


def _lines(kind: str, labels: tuple[str, ...], series: tuple[Series, ...], top: float) -> tuple[str, float]:
    """A line for each series over the labels, every point with its value."""
    low, high = _range(series)
    plot = 130.0
    bottom = top + 14 + plot
    step = WIDTH_PT / max(1, len(labels))
    shown = ceil(max(map(_width, labels), default=1.0) / max(step - 4, 1))
    parts = [f'<line class="axis" x1="0" y1="{bottom:.1f}" x2="{WIDTH_PT:g}" y2="{bottom:.1f}"/>']
    for index, label in enumerate(labels):
        if index % max(1, shown) == 0:
            parts.append(_text(step * (index + 0.5), bottom + 12, label, "label middle"))
    for number, one in enumerate(series):
        points = [
            (step * (index + 0.5), bottom - (value - low) / ((high - low) or 1) * plot)
            for index, value in enumerate(one.values)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line-{number % 4}" points="{path}"/>')
        for (x, y), text in zip(points, one.texts, strict=True):
            parts.append(f'<circle class="series-{number % 4}" cx="{x:.1f}" cy="{y:.1f}" r="2.4"/>')
            parts.append(_text(x, y - 5 if number % 2 == 0 else y + 12, text, "value middle"))
    return "".join(parts), bottom + 18


def _range(series: tuple[Series, ...]) -> tuple[float, float]:
    """From zero, or the lowest value below it, to a round number over the highest."""
    values = [value for one in series for value in one.values] or [0.0]
    low, high = min(0.0, *values), max(0.0, *values)
    if high <= 0:
        return low, 0.0
    magnitude = 10 ** floor(log10(high))
    return low, max(high, ceil(high / magnitude * 10) / 10 * magnitude)


def _wrapped(text: str, width: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and _width(longer) > width:
            yield line
            longer = word
        line = longer
    yield line


def _width(text: str) -> float:
    """About how wide a text is, in points: capitals and wide signs count more, narrow letters less."""
    return sum(
        0.55 if char in "iljtf.,:;'|!()[] " else 1.35 if char.isupper() or char in "mw—" else 1.0 for char in text
    ) * (CHARACTER_PT)


def _text(x: float, y: float, text: str, name: str) -> str:
    anchor = ' text-anchor="middle"' if "middle" in name else ""
    return f'<text class="{name.split(maxsplit=1)[0]}" x="{x:.1f}" y="{y:.1f}"{anchor}>{escape(text)}</text>'
