"""Charts from figures: bars, lines or dots as vector drawings, with every value printed.

    ::: {.chart src=data/crossings.csv type=bar x=month y=people #fig-crossings source="Sinjar records"}
    Crossings recorded by month
    :::

`src` is a CSV file beside the chapter, or a YAML list of mappings; `x` names the column of labels, `y` one or more
columns of numbers (`y="killed,wounded"`). `type` is bar, line or dot; `unit` goes into the axis title; `alt` replaces
the alternative text, which otherwise lists the figures. The first paragraph is the caption, `source` is printed below.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from report.data import Mapping, Scalar, Sequence, parse_csv, parse_yaml
from report.diagnostics import Diagnostic, did_you_mean, error
from report.directives.drawing import Series, draw
from report.directives.expansion import Expansion, Setting, captioned, source_file
from report.document import Division, Figure, Graphic
from report.source import Source, Span

NAMES = ("chart",)
ATTRIBUTES = ("src", "type", "x", "y", "unit", "alt", "source")

TYPES = ("bar", "line", "dot")

Rows = list[tuple[Span, dict[str, str]]]


def expand(division: Division, setting: Setting) -> Expansion:
    """The figure with its drawing; where the figures cannot be read, with its caption alone."""
    attributes = replace(
        division.attributes,
        classes=("chart",),
        pairs=tuple(pair for pair in division.attributes.pairs if pair[0] == "source"),
    )
    caption, rest = captioned(division)
    figure = Figure((), caption, span=division.span, attributes=attributes)
    source, problems = source_file(division, setting)
    if source is None:
        return Expansion((figure, *rest), problems)
    kind, wrong = _kind(division)
    rows, unread = _rows(source)
    series, unfit = _series(division, rows) if rows else ((), ())
    problems = (*wrong, *unread, *unfit)
    if series and not problems:
        labels = tuple(row.get(division.attributes.get("x"), "") for _, row in rows)
        unit = division.attributes.get("unit")
        alternative = division.attributes.get("alt") or _in_words(labels, series, unit)
        graphic = Graphic(draw(kind, labels, series, unit), alternative, span=division.span)
        figure = replace(figure, blocks=(graphic,))
    return Expansion((figure, *rest), problems)


def _kind(division: Division) -> tuple[str, tuple[Diagnostic, ...]]:
    kind = division.attributes.get("type", "bar")
    if kind in TYPES:
        return kind, ()
    hints = did_you_mean(kind, TYPES) or ("use bar, line or dot",)
    return "bar", (error("directive-value", f"no chart of type `{kind}`", division.span, *hints),)


def _rows(source: Source) -> tuple[Rows, tuple[Diagnostic, ...]]:
    if source.path.endswith((".yml", ".yaml")):
        return _yaml_rows(source)
    records, problems = parse_csv(source)
    if records is None:
        return [], problems
    if not records.rows:
        return [], (*problems, error("chart-data", "there are no figures below the head", records.head))
    rows = zip(records.spans, records.rows, strict=True)
    return [(span, dict(zip(records.names, row, strict=False))) for span, row in rows], problems


def _yaml_rows(source: Source) -> tuple[Rows, tuple[Diagnostic, ...]]:
    value, problems = parse_yaml(source)
    rows: Rows = []
    for item in value.items if isinstance(value, Sequence) else ():
        if isinstance(item, Mapping):
            rows.append((item.span, {key.text: cell.text for key, cell in item.entries if isinstance(cell, Scalar)}))
    if not rows and not problems:
        span = value.span if value else source.span(0, 1)
        hint = "write one mapping a row: `- {label: A, value: 1}`"
        problems = (error("chart-data", "the figures must be a list of mappings", span, hint),)
    return rows, problems


def _series(division: Division, rows: Rows) -> tuple[tuple[Series, ...], tuple[Diagnostic, ...]]:
    wanted = [name.strip() for name in division.attributes.get("y").split(",") if name.strip()]
    problems = _unknown_columns(division, wanted, rows)
    series = []
    for name in wanted if not problems else ():
        values = []
        for span, row in rows:
            text = row.get(name, "")
            number = _number(text)
            if number is None:
                message = f"`{text}` in column `{name}` is no number" if text else f"column `{name}` is empty here"
                problems.append(error("chart-value", message, span, "write numbers as 1,234.5"))
            values.append(number or 0.0)
        series.append(Series(name, tuple(values), tuple(row.get(name, "") for _, row in rows)))
    return tuple(series), tuple(problems)


def _unknown_columns(division: Division, wanted: list[str], rows: Rows) -> list[Diagnostic]:
    columns = tuple(dict.fromkeys(name for _, row in rows for name in row))
    problems = []
    for key, name in (("x", division.attributes.get("x")), *(("y", name) for name in wanted or [""])):
        if name not in columns:
            hints = did_you_mean(name, columns) or (f"columns: {', '.join(columns)}",)
            message = f"no column `{name}` for `{key}`" if name else f"`{key}` is missing"
            problems.append(error("chart-column", message, division.span, *hints))
    return problems


_GROUPED = re.compile(
    r"[-+−]?(\d{1,3}(,\d{3})+|\d{1,3}([ \u00a0\u202f]\d{3})+|\d*)(\.\d+)?([eE][-+]?\d+)?\s?%?", re.ASCII
)


def _number(text: str) -> float | None:
    """A number with a decimal point, its thousands parted by commas or spaces if by anything."""
    plain = text.strip()
    if not _GROUPED.fullmatch(plain) or not any(char.isdecimal() for char in plain):
        return None
    number = float(re.sub(r"[,%\s]", "", plain).replace("−", "-"))
    return number if number == 0 or 1e-15 < abs(number) < 1e15 else None


def _in_words(labels: tuple[str, ...], series: tuple[Series, ...], unit: str) -> str:
    """The figures as a sentence: what a reader who cannot see the chart hears."""
    lists = (
        (f"{one.name}: " if len(series) > 1 else "")
        + "; ".join(f"{label} {text}" for label, text in zip(labels, one.texts, strict=True))
        for one in series
    )
    return f"Chart{f' ({unit})' if unit else ''}. " + ". ".join(lists) + "."
