"""Charts from figures: bars, lines or dots as vector drawings, with every value printed.

    ::: {.chart src=data/crossings.csv type=bar x=month y=people #fig-crossings source="Sinjar records"}
    Crossings recorded by month
    :::

`src` is a CSV file beside the chapter, or a YAML list of mappings; `x` names the column of labels, `y` one or more
columns of numbers (`y="killed,wounded"`). `type` is bar, line or dot; `unit` goes into the axis title; `alt` replaces
the alternative text, which otherwise lists the figures. The first paragraph is the caption, `source` is printed below.
"""

from __future__ import annotations

import math
from dataclasses import replace

from report.data import Mapping, Scalar, Sequence, parse_csv, parse_yaml
from report.diagnostics import Diagnostic, did_you_mean, error
from report.directives.drawing import Series, draw
from report.directives.expansion import Expansion, Setting, caption_of, source_file
from report.document import Division, Figure, Graphic
from report.source import Source, Span

NAMES = ("chart",)

TYPES = ("bar", "line", "dot")

Rows = list[tuple[Span, dict[str, str]]]


def expand(division: Division, setting: Setting) -> Expansion:
    """The figure with its drawing; the caption alone where the figures cannot be read."""
    source, problems = source_file(division, setting)
    if source is None:
        return Expansion(division.blocks, problems)
    rows, problems = _rows(source)
    series, wrong = _series(division, rows)
    kind = division.attributes.get("type", "bar")
    if kind not in TYPES:
        hints = did_you_mean(kind, TYPES) or ("use bar, line or dot",)
        wrong = (*wrong, error("directive-value", f"no chart of type `{kind}`", division.span, *hints))
    if not series or wrong or not rows:
        return Expansion(division.blocks, (*problems, *wrong))
    labels = tuple(row[division.attributes.get("x")] for _, row in rows)
    unit = division.attributes.get("unit")
    alternative = division.attributes.get("alt") or _in_words(labels, series, unit)
    graphic = Graphic(draw(kind, labels, series, unit), alternative, span=division.span)
    attributes = replace(
        division.attributes,
        classes=("chart",),
        pairs=tuple(pair for pair in division.attributes.pairs if pair[0] == "source"),
    )
    figure = Figure((graphic,), caption_of(division), span=division.span, attributes=attributes)
    return Expansion((figure, *division.blocks[1:]), problems)


def _rows(source: Source) -> tuple[Rows, tuple[Diagnostic, ...]]:
    if source.path.endswith((".yml", ".yaml")):
        return _yaml_rows(source)
    records, problems = parse_csv(source)
    if records is None:
        return [], problems
    return [
        (span, dict(zip(records.names, row, strict=False)))
        for span, row in zip(records.spans, records.rows, strict=True)
    ], problems


def _yaml_rows(source: Source) -> tuple[Rows, tuple[Diagnostic, ...]]:
    value, problems = parse_yaml(source)
    rows: Rows = []
    for item in value.items if isinstance(value, Sequence) else ():
        if isinstance(item, Mapping):
            rows.append((item.span, {key.text: cell.text for key, cell in item.entries if isinstance(cell, Scalar)}))
    if not rows and not problems:
        span = value.span if value else source.span(0, 1)
        problems = (error("chart-data", "the figures must be a list of mappings", span, "- label: A\n  value: 1"),)
    return rows, problems


def _series(division: Division, rows: Rows) -> tuple[tuple[Series, ...], tuple[Diagnostic, ...]]:
    columns = tuple(dict.fromkeys(name for _, row in rows for name in row))
    wanted = [name.strip() for name in division.attributes.get("y").split(",") if name.strip()]
    problems: list[Diagnostic] = []
    for key, name in (("x", division.attributes.get("x")), *(("y", name) for name in wanted or [""])):
        if name not in columns:
            hints = did_you_mean(name, columns) or (f"columns: {', '.join(columns)}",)
            message = f"no column `{name}` for `{key}`" if name else f"`{key}` is missing"
            problems.append(error("chart-column", message, division.span, *hints))
    if problems:
        return (), tuple(problems)
    series = []
    for name in wanted:
        values = []
        for span, row in rows:
            number = _number(row.get(name, ""))
            if number is None:
                problems.append(error("chart-value", f"`{row.get(name, '')}` in column `{name}` is no number", span))
            values.append(number or 0.0)
        series.append(Series(name, tuple(values), tuple(row.get(name, "") for _, row in rows)))
    return tuple(series), tuple(problems)


def _number(text: str) -> float | None:
    plain = text.strip().replace(",", "").replace("\u202f", "").replace(" ", "").replace("−", "-").rstrip("%")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _in_words(labels: tuple[str, ...], series: tuple[Series, ...], unit: str) -> str:
    """The figures as a sentence: what a reader who cannot see the chart hears."""
    lists = (
        (f"{one.name}: " if len(series) > 1 else "")
        + "; ".join(f"{label} {text}" for label, text in zip(labels, one.texts, strict=True))
        for one in series
    )
    return f"Chart{f' ({unit})' if unit else ''}. " + ". ".join(lists) + "."
