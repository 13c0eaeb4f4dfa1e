"""What a chapter consists of: its headings, with the figures and tables under each."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from report.document import Chapter, Figure, Heading, Inlines, Node, Table, plain_text
from report.lsp.places import Places
from report.source import Span

Found = tuple[int, str, str, types.SymbolKind, Span]
"""Level, name, kind, sign and place."""

DEEPEST = 9
"""The level of what has nothing under it."""


def outline(chapter: Chapter, places: Places) -> list[types.DocumentSymbol]:
    """The symbols of a chapter, each heading with what stands under it."""
    roots: list[types.DocumentSymbol] = []
    open_at: list[tuple[int, list[types.DocumentSymbol]]] = [(0, roots)]
    for level, name, kind, sign, span in _found(chapter):
        while open_at[-1][0] >= level:
            open_at.pop()
        place = places.range(span)
        symbol = types.DocumentSymbol(
            name=name, kind=sign, range=place, selection_range=place, detail=kind, children=[]
        )
        open_at[-1][1].append(symbol)
        open_at.append((level, symbol.children if isinstance(symbol.children, list) else []))
    return roots


def _found(chapter: Chapter) -> Iterator[Found]:
    if chapter.title:
        yield 1, _name(chapter.title, "chapter"), "", types.SymbolKind.Module, chapter.title[0].span
    for node in chapter.nodes:
        if node.span.path == chapter.path:
            yield from _symbol(node)


def _symbol(node: Node) -> Iterator[Found]:
    match node:
        case Heading(level=level, children=children):
            yield level, _name(children, "section"), "", types.SymbolKind.String, node.span
        case Figure(caption=caption):
            yield DEEPEST, _name(caption, "figure"), "figure", types.SymbolKind.Object, node.span
        case Table(caption=caption):
            yield DEEPEST, _name(caption, "table"), "table", types.SymbolKind.Array, node.span


def _name(words: Inlines, other: str) -> str:
    """The words in plain text; an editor takes no empty name."""
    return " ".join(plain_text(words).split()) or other
