"""Sections in place of pages: where an edition has none, the index leads to the sections of its mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from report.document import Chapter, Heading, IndexMark, Node, Note, Reference, children, plain_text, rewrite
from report.linking.table import Page


def sections(chapters: Iterable[Chapter]) -> dict[str, Page]:
    """The section of each mention for the index, as if it were a page; no two follow one another, so all are named."""
    places: dict[str, Page] = {}
    order = 0
    for chapter in chapters:
        label = chapter.number or chapter.short_title or plain_text(chapter.title)
        order += 2
        for node, in_note in _noted((*chapter.title, *chapter.blocks)):
            if isinstance(node, Heading) and node.number:
                label = node.number
                order += 2
            elif isinstance(node, IndexMark):
                places[node.anchor] = Page(order, label, in_note)
    return places


def _noted(nodes: Iterable[Node], *, in_note: bool = False) -> Iterator[tuple[Node, bool]]:
    """Every node in reading order, and whether it is in a note."""
    for node in nodes:
        yield node, in_note
        yield from _noted(children(node), in_note=in_note or isinstance(node, Note))


def without_pages(chapter: Chapter) -> Chapter:
    """The chapter with references that print no page."""
    return replace(chapter, title=rewrite(chapter.title, _unpaged), blocks=rewrite(chapter.blocks, _unpaged))


def _unpaged(node: Node) -> Node:
    return replace(node, page=False) if isinstance(node, Reference) and node.page else node
