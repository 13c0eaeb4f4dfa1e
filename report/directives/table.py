"""Tables from CSV files.

    ::: {.table src=data.csv #tbl-crossings}
    Crossings by month
    :::

The file lies beside the chapter; its first row is the head. The first paragraph is the caption; `align` gives a letter
for each column: l, c or r. Columns of numbers stand to the right by themselves. `source="…"` is printed below. Around a
pipe table, a division with the label of a table gives it its caption. `grades="Grade"` names the column of Admiralty
grades (C2), which are printed as badges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from msgspec.structs import replace

from report.data import Records
from report.diagnostics import Diagnostic, did_you_mean, error
from report.directives.expansion import Expansion, Setting, captioned, records_of
from report.document import Alignment, Attributes, Cell, Division, Inlines, Row, Styled, Table, Text
from report.source import Span

NAMES = ("table",)
ATTRIBUTES = ("src", "align", "source", "grades")

_NUMBER = re.compile(r"[-+−]?[\d.,\s\u202f\u00a0]*\d\s?%?")
_ALIGNMENTS: dict[str, Alignment] = {"l": "left", "c": "center", "r": "right"}


def expand(division: Division, setting: Setting) -> Expansion:
    """The table, then what else stands in the division."""
    caption, rest = captioned(division)
    written = next((block for block in rest if isinstance(block, Table)), None)
    if written and not division.attributes.get("src"):
        table = replace(written, caption=caption or written.caption, attributes=division.attributes)
        return Expansion(tuple(table if block is written else block for block in rest))
    records, problems = records_of(division, setting)
    if records is None:
        empty = Table((), (), caption, span=division.span, attributes=division.attributes)
        return Expansion((empty, *rest), problems)
    alignments, wrong = _alignments(division, records)
    graded = division.attributes.get("grades")
    if graded and graded not in records.names:
        wrong = (*wrong, _no_column(graded, records, division.span))
    head = _row(records.names, alignments, records.head)
    badges = [name == graded for name in records.names]
    rows = tuple(_row(row, alignments, span, badges) for row, span in zip(records.rows, records.spans, strict=True))
    table = Table((head,), rows, caption, span=division.span, attributes=division.attributes)
    return Expansion((table, *rest), (*problems, *wrong))


def _alignments(division: Division, records: Records) -> tuple[list[Alignment], tuple[Diagnostic, ...]]:
    letters = division.attributes.get("align")
    width = len(records.names)
    if letters and (len(letters) != width or set(letters) - set(_ALIGNMENTS)):
        message = f"`align` must be {width} letters out of l, c and r, not `{letters}`"
        return [""] * width, (error("directive-value", message, division.span),)
    if letters:
        return [_ALIGNMENTS[letter] for letter in letters], ()
    columns = ([row[column] for row in records.rows] for column in range(width))
    return ["right" if _holds_numbers(column) else "" for column in columns], ()


def _holds_numbers(cells: list[str]) -> bool:
    return any(cells) and all(_NUMBER.fullmatch(cell) or not cell for cell in cells)


def _no_column(name: str, records: Records, span: Span) -> Diagnostic:
    hints = did_you_mean(name, records.names) or (f"columns: {', '.join(records.names)}",)
    return error("directive-value", f"`grades` names no column: `{name}`", span, *hints)


def _row(cells: tuple[str, ...], alignments: list[Alignment], span: Span, badges: Sequence[bool] = ()) -> Row:
    row = zip_longest(cells, alignments[: len(cells)], badges[: len(cells)])
    return Row(
        tuple(Cell(_words(cell, span, is_badge), alignment or "", span=span) for cell, alignment, is_badge in row),
        span=span,
    )


def _words(cell: str, span: Span, is_badge: bool | None) -> Inlines:
    if not cell:
        return ()
    text = Text(cell, span=span)
    return (Styled((text,), span=span, attributes=Attributes(classes=("grade",))),) if is_badge else (text,)
