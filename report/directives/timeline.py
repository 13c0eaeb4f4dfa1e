"""Timelines: dated events in order, each with what is said of it.

    ::: {.timeline #fig-course}
    2003-03

    : The invasion of Iraq begins.[@source, p. 3]

    2006-08/2007-08

    : The period of the records.

    The course of events
    :::

Dates are EDTF: days, months, seasons (`2009-22`), years, intervals, `?` uncertain, `~` approximate. A paragraph is the
caption; with a label `fig-…` the timeline is numbered as a figure.
"""

from __future__ import annotations

from dataclasses import replace

from report import edtf
from report.diagnostics import Diagnostic, error, warning
from report.directives.expansion import Expansion, Setting, captioned
from report.document import Definition, DefinitionList, Division, Figure, Node, Paragraph, Text, plain_text

NAMES = ("timeline",)
ATTRIBUTES = ("source",)


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
            items.append(_written(item, date, setting.language))
        blocks.append(replace(block, items=tuple(items)))
    box = replace(division, blocks=tuple(blocks), attributes=replace(division.attributes, id="", classes=("timeline",)))
    if not division.attributes.id.startswith("fig-"):
        opening = (Paragraph(caption, span=division.span),) if caption else ()
        return Expansion((*opening, box), tuple(problems))
    attributes = replace(division.attributes, classes=("timeline-figure",))
    return Expansion((Figure((box,), caption, span=division.span, attributes=attributes),), tuple(problems))


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
