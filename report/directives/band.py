"""The band of years above a timeline: when its events were, at one look; what they were is said in the list below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil, floor

from report.edtf import Date, Interval

WIDTH_PT = 462.0
"""The text block with the margin column."""

BAND_PT = 15.0
TOP_PT = 30.0
"""Room above the band for events."""

STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)
SHORT_PT = 5.0
"""A period that would be no longer is a point; points no further from each other are one above the other."""

LABEL_PT = 24.0
"""Room that the number of a year needs."""


def draw(dates: Sequence[Date | Interval]) -> str:
    """The band as an SVG element: a cell for each year, a point for each event, a bar for each period."""
    placed = [(period, isinstance(date, Interval)) for date in dates if (period := _period(date))]
    first = floor(min(start for (start, _), _ in placed))
    last = max(ceil(max(end for (_, end), _ in placed)) - 1, first)
    scale = WIDTH_PT / (last - first + 1)
    parts = [*_years(first, last, scale)]
    heights: Counter[int] = Counter()
    rows: list[float] = []
    for (start, end), is_period in placed:
        left, right = (start - first) * scale, (end - first) * scale
        if is_period and right - left > SHORT_PT:
            row = next((row for row, taken in enumerate(rows) if taken <= left), len(rows))
            rows[row : row + 1] = [right + 2]
            parts.append(_bar(left, right, TOP_PT + BAND_PT + 4 + row * 6))
        else:
            middle = (left + right) / 2
            parts.append(_point(middle, TOP_PT - 6 - 6 * heights[int(middle / SHORT_PT)]))
            heights[int(middle / SHORT_PT)] += 1
    height = TOP_PT + BAND_PT + 4 + len(rows) * 6
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" class="band" width="{WIDTH_PT:g}pt" height="{height:g}pt" '
    return f'{opening}viewBox="0 0 {WIDTH_PT:g} {height:g}">{"".join(parts)}</svg>'


def in_words(dates: Iterable[Date | Interval]) -> str:
    """The band for who does not see it."""
    years = Counter(int(period[0]) for date in dates if (period := _period(date)))
    return "; ".join(f"{year}: {count}" for year, count in sorted(years.items()))


def has_room(dates: Sequence[Date | Interval]) -> bool:
    """Whether there is anything to draw."""
    return any(_period(date) for date in dates)


def _period(date: Date | Interval) -> tuple[float, float] | None:
    """Where it begins and ends, in years; None for what has no year."""
    if isinstance(date, Date):
        start = date.year + (max((date.month or date.season * 3) - 1, 0)) / 12 + max(date.day - 1, 0) / 365
        return start, start if date.month or date.season else date.last_year + 1
    ends = [period for end in (date.start, date.end) if end and (period := _period(end))]
    return (ends[0][0], ends[-1][1]) if ends else None


def _years(first: int, last: int, scale: float) -> Iterable[str]:
    """The cells with the numbers of years, as many as fit."""
    step = next((step for step in STEPS if step * scale >= LABEL_PT), last - first + 1)
    for year in range(first, last + 1):
        left = (year - first) * scale
        name = "year" if (year // step) % 2 else "year odd"
        yield f'<rect class="{name}" x="{left:.1f}" y="{TOP_PT:g}" width="{scale:.1f}" height="{BAND_PT:g}"/>'
    for year in range(first, last + 1, step):
        middle = (year - first + min(step, last - year + 1) / 2) * scale
        yield f'<text class="unit" x="{middle:.1f}" y="{TOP_PT + 10.4:g}" text-anchor="middle">{year}</text>'


def _point(x: float, y: float) -> str:
    return (
        f'<line class="event" x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{TOP_PT:g}"/>'
        f'<circle class="event" cx="{x:.1f}" cy="{y:.1f}" r="2.2"/>'
    )


def _bar(left: float, right: float, y: float) -> str:
    return f'<rect class="event" x="{left:.1f}" y="{y:.1f}" width="{right - left:.1f}" height="3"/>'
