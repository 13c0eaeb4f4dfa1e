"""What a file consists of: a chapter of headings, with the figures and tables under each; a bibliography of entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report import bibtex
from report.document import Chapter, Figure, Heading, Inlines, Node, Table, plain_text
from report.lsp.places import Json, Places
from report.source import Span

Found = tuple[int, str, str, int, Span]
"""Level, name, kind, sign and place."""

DEEPEST = 9
"""The level of what has nothing under it."""

MODULE, STRING, ARRAY, OBJECT, KEY = 2, 15, 18, 19, 20
"""The signs that editors have: the protocol's `SymbolKind`."""


def outline(chapter: Chapter, places: Places) -> list[Json]:
    """The symbols of a chapter, each heading with what stands under it."""
    roots: list[Json] = []
    open_at: list[tuple[int, list[Json]]] = [(0, roots)]
    for level, name, kind, sign, span in _found(chapter):
        while open_at[-1][0] >= level:
            open_at.pop()
        place, under = places.range(span), list[Json]()
        symbol = {"name": name, "kind": sign, "range": place, "selectionRange": place, "detail": kind}
        open_at[-1][1].append({**symbol, "children": under})
        open_at.append((level, under))
    return roots


def entries(path: str, library: bibtex.Library, cards: Iterable[bibtex.Card], places: Places) -> Iterator[Json]:
    """The symbols of a bibliography; `cards` are those of the library."""
    for entry, card in zip(library.entries.values(), cards, strict=True):
        if entry.source.path == path:
            yield {
                "name": entry.key,
                "kind": KEY,
                "detail": card.summary,
                "range": places.range(entry.source.span(entry.start, entry.stop)),
                "selectionRange": places.range(entry.span),
            }


def _found(chapter: Chapter) -> Iterator[Found]:
    if chapter.title:
        yield 1, _name(chapter.title, "chapter"), "", MODULE, chapter.title[0].span
    for node in chapter.nodes:
        if node.span.path == chapter.path:
            yield from _symbol(node)


def _symbol(node: Node) -> Iterator[Found]:
    match node:
        case Heading(level=level, children=children):
            yield level, _name(children, "section"), "", STRING, node.span
        case Figure(caption=caption):
            yield DEEPEST, _name(caption, "figure"), "figure", OBJECT, node.span
        case Table(caption=caption):
            yield DEEPEST, _name(caption, "table"), "table", ARRAY, node.span


def _name(words: Inlines, other: str) -> str:
    """The words in plain text; an editor takes no empty name."""
    return " ".join(plain_text(words).split()) or other
