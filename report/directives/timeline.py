"""Timelines: dated events in order, each with what is said of it.

    ::: {.timeline #fig-course}
    2003-03

    : The invasion of Iraq begins.[@source, p. 3]

    2006-08/2007-08

    : The period of the records.

    The course of events
    :::

Dates are EDTF: days, months, seasons (`2009-22`), years, intervals, `?` uncertain, `~` approximate. A paragraph is the
caption; with a label `fig-…` the timeline is numbered as a figure. `band=true` draws a band of years above it, with a
point for each event and a bar for each period.
"""

from __future__ import annotations

from msgspec.structs import replace

from report import edtf
from report.diagnostics import Diagnostic, error, warning
from report.directives import band
from report.directives.expansion import Expansion, Setting, captioned
from report.document import (
    Attributes,
    Definition,
    DefinitionList,
    Division,
    Figure,
    Graphic,
    Node,
    Paragraph,
    Text,
    plain_text,
)

NAMES = ("timeline",)
ATTRIBUTES = ("source", "band")


def expand(division: Division, setting: Setting) -> Expansion:
    """The list of events with dates in words; a figure where it has a figure's label."""
    problems: list[Diagnostic] = []
    dated = [block for block in division.blocks if isinstance(block, DefinitionList)]
    if not dated:
        hint = "write a date on a line and `: what happened` below it"
        problems.append(error("timeline-empty", "a timeline without dates", division.span, hint))
        return Expansion(division.blocks, tuple(problems))
    caption, rest = captioned(division)
    before: tuple[int, ...] | None = None
    dates: list[edtf.Date | edtf.Interval] = []
    blocks: list[Node] = []
    for block in rest:
        if not isinstance(block, DefinitionList):
            blocks.append(block)
            continue
        items = []
        for item in block.items:
            date = edtf.parse(plain_text(item.term))
            problems.extend(_problems(item, date, before))
            before = date.sort_key if date else before
            dates += [date] if date else []
            items.append(_written(item, date, setting.language))
        blocks.append(replace(block, items=tuple(items)))
    box = replace(division, blocks=tuple(blocks), attributes=replace(division.attributes, id="", classes=("timeline",)))
    drawn = _band(dates, division)
    if not division.attributes.id.startswith("fig-"):
        opening = (Paragraph(caption, span=division.span),) if caption else ()
        return Expansion((*opening, *drawn, box), tuple(problems))
    attributes = replace(division.attributes, classes=("timeline-figure",))
    return Expansion((Figure((*drawn, box), caption, span=division.span, attributes=attributes),), tuple(problems))


def _band(dates: list[edtf.Date | edtf.Interval], division: Division) -> tuple[Node, ...]:
    if division.attributes.get("band") != "true" or not band.has_room(dates):
        return ()
    graphic = Graphic(band.draw(dates), band.in_words(dates), span=division.span)
    return (Division((graphic,), span=division.span, attributes=Attributes(classes=("timeline-band",))),)


def _problems(
    item: Definition, date: edtf.Date | edtf.Interval | None, before: tuple[int, ...] | None
) -> list[Diagnostic]:
    text = plain_text(item.term)
    span = item.term[0].span if item.term else item.span
    if date is None:
        hint = "write it as EDTF: 2009-08-19, 2009-08, 2009, 2006-08/2007-08"
        return [error("timeline-date", f"`{text}` is no date", span, hint)]
    if isinstance(date, edtf.Date) and date.unspecified:
        return []
    known = date.sort_key if date.sort_key[1] else date.sort_key[:1]
    if before and known < before[: len(known)]:
        return [warning("timeline-order", f"`{text}` stands after a later date", span)]
    return []


def _written(item: Definition, date: edtf.Date | edtf.Interval | None, language: str) -> Definition:
    if date is None:
        return item
    span = item.term[0].span if item.term else item.span
    return replace(item, term=(Text(edtf.written(date, language), span=span),))
