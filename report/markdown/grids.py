"""Rows of a table whose cells reach over others: cut to what there is, and filled up to one width."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from report.diagnostics import Diagnostic, warning
from report.document import Cell, Row

MAX_COLUMNS = 200
"""No cell reaches over columns behind these."""

Rows = tuple[Row, ...]


def grid(head: Rows, rows: Rows, problems: list[Diagnostic]) -> tuple[Rows, Rows]:
    """The rows of a table's head and of its body, in columns as HTML counts them; those that no cell begins are none.

    A cell reaches to the end of its part at most, which is what 0 rows mean; empty cells stand where a row ends early.
    """
    placed = tuple(_Placing(part, problems) for part in (head, rows))
    starts = sorted(frozenset().union(*(part.columns for part in placed)))
    above, below = (_Placing(part.narrowed(starts), [], len(starts)) for part in placed)
    return above.rows, below.rows


class _Placing:
    """Puts the cells of the head or the body in their columns; one use."""

    def __init__(self, rows: Rows, problems: list[Diagnostic], width: int = 0) -> None:
        self.problems = problems
        self.width = width
        """Up to where rows are filled."""
        self.count = len(rows)
        self.columns: list[int] = []
        """Where each cell begins."""
        self.until: dict[int, int] = {}
        """By column, the row up to which cells of rows above reach."""
        self.rows = tuple(self._row(row, number) for number, row in enumerate(rows))

    def narrowed(self, starts: list[int]) -> Rows:
        """The rows, where only these columns are."""
        columns = iter(self.columns)
        return tuple(
            replace(row, cells=tuple(_narrowed(cell, next(columns), starts) for cell in row.cells)) for row in self.rows
        )

    def _row(self, row: Row, number: int) -> Row:
        cells: list[Cell] = []
        column = 0
        for cell in row.cells:
            column = self._free(column, number)
            cells.append(self._cut(cell, column, number))
            self.columns.append(column)
            column += cells[-1].columns
        cells.extend(self._missing(row, column, number))
        return replace(row, cells=tuple(cells))

    def _free(self, column: int, number: int) -> int:
        """The next column that no cell of a row above takes."""
        while self.until.get(column, 0) > number:
            column += 1
        return column

    def _cut(self, cell: Cell, column: int, number: int) -> Cell:
        """The cell, reaching over what is free."""
        end = min(column + cell.columns, max(column + 1, MAX_COLUMNS))
        end = next((taken for taken in range(column + 1, end) if self.until.get(taken, 0) > number), end)
        last = self.count if column < MAX_COLUMNS else number + 1
        rows = min(cell.rows or self.count, last - number)
        if rows > 1:
            self.until |= dict.fromkeys(range(column, end), number + rows)
        if end - column < cell.columns:
            self._say(cell, f"{cell.columns} columns", end - column)
        if rows < cell.rows:
            self._say(cell, f"{cell.rows} rows", rows)
        return replace(cell, columns=end - column, rows=rows)

    def _say(self, cell: Cell, meant: str, given: int) -> None:
        message = f"this cell cannot reach over {meant}, and reaches over {given}"
        self.problems.append(warning("table-span", message, cell.span, "count the columns and rows that there are"))

    def _missing(self, row: Row, column: int, number: int) -> Iterator[Cell]:
        """Empty cells for the rest of the columns."""
        while (column := self._free(column, number)) < self.width:
            near = range(column, min(self.width, MAX_COLUMNS))
            end = next((at for at in near if self.until.get(at, 0) > number), self.width)
            yield Cell((), columns=end - column, span=row.span)
            column = end


def _narrowed(cell: Cell, column: int, starts: list[int]) -> Cell:
    columns = bisect_left(starts, column + cell.columns) - bisect_left(starts, column)
    return replace(cell, columns=columns)
