"""Tables with more columns than an upright page has room for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report.diagnostics import Diagnostic, warning
from report.document import Division, Node, Table, children

COLUMNS = 9
"""More do not fit side by side, in the margin column and the text together."""


def too_wide(nodes: Iterable[Node]) -> Iterator[Diagnostic]:
    """What is to be said of wide tables that do not lie on pages turned round."""
    for node in nodes:
        match node:
            case Division() if "landscape" in node.attributes.classes:
                continue
            case Table() if (columns := _columns(node)) > COLUMNS:
                hint = "put `::: {.landscape}` before it and `:::` behind it"
                yield warning(
                    "table-wide", f"a table of {columns} columns is crowded on an upright page", node.span, hint
                )
            case _:
                yield from too_wide(children(node))


def _columns(node: Table) -> int:
    return max((sum(cell.columns for cell in row.cells) for row in (*node.head, *node.rows)), default=0)
